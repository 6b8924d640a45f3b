package dev.sessioncache.warm;

import dev.sessioncache.command.OperationException;
import dev.sessioncache.command.StopSignal;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One warm: reads live sessions, hottest first, builds their entries and writes them to Redis in
 * batches. It ends when there are no more rows, at the deadline, or when stop is requested; what it
 * has read by then is written or accounted for. Used by one thread.
 */
final class Warm {

  private final WarmSettings settings;
  private final RowSource rows;
  private final EntryBuilder entries;
  private final InFlight inFlight;
  private final Tally tally;
  private final Progress progress;
  private final Deadline deadline;
  private final StopSignal stop;

  Warm(
      WarmSettings settings,
      RowSource rows,
      EntryBuilder entries,
      InFlight inFlight,
      Tally tally,
      Progress progress,
      Deadline deadline,
      StopSignal stop) {
    this.settings = settings;
    this.rows = rows;
    this.entries = entries;
    this.inFlight = inFlight;
    this.tally = tally;
    this.progress = progress;
    this.deadline = deadline;
    this.stop = stop;
  }

  /**
   * Runs to its end.
   *
   * @throws OperationException when Postgres can't be read or Redis can't be written
   */
  void run() throws InterruptedException {
    List<Entry> batch = new ArrayList<>(settings.batchSize());
    for (SessionRow row = next(); row != null; row = next()) {
      tally.rowRead();
      Optional<Entry> entry = entries.build(row);
      entry.ifPresent(batch::add);
      if (batch.size() == settings.batchSize()) {
        inFlight.add(batch);
        batch = new ArrayList<>(settings.batchSize());
        progress.update(tally);
        stop.sleep(settings.pause());
      }
    }
    if (!batch.isEmpty()) {
      inFlight.add(batch);
    }
    inFlight.settleAll();
  }

  private @Nullable SessionRow next() {
    if (isOver()) {
      return null;
    }
    try {
      return rows.next();
    } catch (SQLException e) {
      if (isOver()) {
        return null; // cancelled by us, or by the time limits given to the server
      }
      throw ReadFailure.explain(e);
    }
  }

  private boolean isOver() {
    return stop.requested() || deadline.passed();
  }
}
