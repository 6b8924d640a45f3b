package dev.sessioncache.warm;

import dev.sessioncache.command.OperationException;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One warm: takes batches from their source and sends them to Redis. It ends when there are no
 * more, at the deadline, or when stop is requested; what it has read by then is written or
 * accounted for. Used by one thread.
 */
final class Warm {

  private final BatchSource source;
  private final InFlight inFlight;
  private final Journal journal;
  private final Runnable progress;
  private final Pace pace;
  private final Tally tally;
  private final End end;

  Warm(
      BatchSource source,
      InFlight inFlight,
      Journal journal,
      Runnable progress,
      Pace pace,
      Tally tally,
      End end) {
    this.source = source;
    this.inFlight = inFlight;
    this.journal = journal;
    this.progress = progress;
    this.pace = pace;
    this.tally = tally;
    this.end = end;
  }

  /**
   * Runs to its end.
   *
   * @throws OperationException when Postgres can't be read or Redis can't be written
   */
  void run() throws InterruptedException {
    WarmRecord.State state = WarmRecord.State.INTERRUPTED;
    try {
      Batch batch = next(); // takes as long as Postgres needs to sort, which says nothing
      while (batch != null) {
        inFlight.add(batch);
        journal.sent(batch.upTo());
        progress.run();
        pace.sent(tally.looked());
        long askedNanos = System.nanoTime();
        batch = next();
        pace.waited(Duration.ofNanos(System.nanoTime() - askedNanos));
      }
      inFlight.settleAll();
      state = end.hasCutOff() ? state : WarmRecord.State.DONE;
    } finally {
      journal.ended(state);
    }
  }

  private @Nullable Batch next() throws InterruptedException {
    try {
      return source.next();
    } catch (SQLException e) {
      throw ReadFailure.explain(e);
    }
  }
}
