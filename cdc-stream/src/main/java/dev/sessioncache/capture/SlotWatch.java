package dev.sessioncache.capture;

import dev.sessioncache.command.OperationException;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after the slot while the engine reads it: whether it is still there, whether anything comes
 * back, and whether Postgres hears what we confirm. A pulse is written into the log about every
 * second, so silence is a fault. It throws to have the reading started again, which then decides
 * whether there is a hole. Used by one thread.
 */
final class SlotWatch {

  private static final Logger log = LoggerFactory.getLogger(SlotWatch.class);
  private static final Duration EVERY = Duration.ofSeconds(1);
  private static final Duration LEAST_BOUND = Duration.ofSeconds(5);

  /** What moves while all is well. */
  private record Signs(long batches, long sentLsn) {}

  private final boolean makesSlot;
  private final Source source;
  private final ChangeSink sink;
  private final CaptureProgress progress;
  private final Duration bound;
  private long lastCheck = System.nanoTime();
  private long lastSign = lastCheck;
  private long lastConfirmed = lastCheck;
  private Signs signs = new Signs(0, 0);
  private long confirmedLsn;
  private long writtenLsn;

  /**
   * @param makesSlot whether the engine makes the slot itself, for a baseline
   * @param bound how long silence may last; five seconds at least
   */
  SlotWatch(
      Source source, ChangeSink sink, CaptureProgress progress, boolean makesSlot, Duration bound) {
    this.makesSlot = makesSlot;
    this.source = source;
    this.sink = sink;
    this.progress = progress;
    this.bound = bound.compareTo(LEAST_BOUND) < 0 ? LEAST_BOUND : bound;
  }

  /**
   * Looks about once a second, however often it is called.
   *
   * @throws OperationException when the reading is to be started again
   */
  void check() throws SQLException {
    long now = System.nanoTime();
    long sinceLastCheck = now - lastCheck;
    if (sinceLastCheck < EVERY.toNanos()) {
      return;
    }
    lastCheck = now;
    SourceState.Slot slot = source.slot().orElse(null);
    if (makesSlot && sink.writtenLsn() == 0) {
      awaitFirstBatch(slot, now);
      return;
    }
    if (slot == null) {
      throw new OperationException("the slot is gone");
    }
    if (slot.lost()) {
      throw new OperationException("Postgres has invalidated the slot");
    }
    progress.retained(slot.retainedBytes());
    checkSilence(slot, now);
    checkConfirmed(slot, now, sinceLastCheck);
  }

  /** A new slot waits for the transactions that are open; that may take long and is no fault. */
  private void awaitFirstBatch(SourceState.@Nullable Slot slot, long now) {
    Signs present = new Signs(progress.batches(), slot == null ? 0 : slot.sentLsn());
    if (!present.equals(signs)) {
      signs = present;
      lastSign = now;
    } else if (now - lastSign > bound.toNanos()) {
      lastSign = now;
      log.warn(
          "event=no_change_read ms={} hint=\"a new slot waits for the transactions that were open"
              + " when it was made\"",
          bound.toMillis());
    }
    lastConfirmed = now;
  }

  /** While Postgres decodes a large transaction nothing arrives, but its position moves. */
  private void checkSilence(SourceState.Slot slot, long now) {
    Signs present = new Signs(progress.batches(), slot.sentLsn());
    if (!present.equals(signs) || sink.isBusy()) {
      signs = present;
      lastSign = now;
    } else if (now - lastSign > bound.toNanos()) {
      throw new OperationException(
          "no pulse has come back from Postgres for " + bound.toSeconds() + " s: reading anew");
    }
  }

  /** While a batch waits for Kafka, nothing new can be confirmed: that time does not count. */
  private void checkConfirmed(SourceState.Slot slot, long now, long sinceLastCheck) {
    long written = sink.writtenLsn();
    boolean sameBatch = sink.isBusy() && written == writtenLsn;
    writtenLsn = written;
    if (slot.confirmedLsn() != confirmedLsn
        || Long.compareUnsigned(slot.confirmedLsn(), sink.lastCommitLsn()) >= 0) {
      confirmedLsn = slot.confirmedLsn();
      lastConfirmed = now;
    } else if (sameBatch) {
      lastConfirmed += sinceLastCheck;
    } else if (now - lastConfirmed > bound.toNanos()) {
      throw new OperationException(
          "Postgres has not heard what we confirm for " + bound.toSeconds() + " s: reading anew");
    }
  }
}
