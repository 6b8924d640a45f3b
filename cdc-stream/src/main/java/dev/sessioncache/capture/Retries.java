package dev.sessioncache.capture;

import dev.sessioncache.command.OperationException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether and when a reading that has failed is started again. What the operator has to mend before
 * any reading has started ends capture at once; what comes later may mend itself. Used by {@link
 * Capture}'s thread alone.
 */
final class Retries {

  private static final Logger log = LoggerFactory.getLogger(Retries.class);
  private static final Duration FIRST_BACK_OFF = Duration.ofMillis(500);
  private static final Duration LONGEST_BACK_OFF = Duration.ofSeconds(10);

  private final int limit;
  private final CaptureProgress progress;
  private long batchesBefore;
  private long stoodByBefore;
  private int failures;

  Retries(int limit, CaptureProgress progress) {
    this.limit = limit;
    this.progress = progress;
  }

  /** A reading begins. */
  void begin() {
    batchesBefore = progress.batches();
    stoodByBefore = progress.timesStoodBy();
  }

  /**
   * It has failed.
   *
   * @return how long to wait before the next
   * @throws OperationException when too many have failed in a row, or for a reason that a retry
   *     can't mend
   */
  Duration failed(Exception e) {
    failures = wasSound() ? 1 : failures + 1;
    progress.failed(describe(e));
    boolean cannotStart =
        failures == 1 && !progress.hasStarted() && e instanceof OperationException;
    if (cannotStart || failures > limit || e instanceof LostConnectorException) {
      throw e instanceof OperationException known
          ? known
          : new OperationException(
              "capture has failed " + failures + " times in a row: " + describe(e), e);
    }
    log.warn("event=capture_failed attempt={} cause=\"{}\"", failures, describe(e));
    log.debug("event=capture_failed", e);
    return backOff(failures);
  }

  /**
   * Whether it did its work before it failed. A standby's work is to ask for the lock: one that
   * lives for long must not end for each restart of Postgres that it has met.
   */
  private boolean wasSound() {
    return progress.isActive()
        ? progress.isComplete() && progress.batches() > batchesBefore
        : progress.timesStoodBy() > stoodByBefore;
  }

  /** Kinds of the causes, not their messages: those may quote rows. */
  private static String describe(Throwable e) {
    StringBuilder kinds = new StringBuilder();
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      kinds.append(kinds.isEmpty() ? "" : " < ").append(cause.getClass().getSimpleName());
      if (cause instanceof SQLException sql) {
        kinds.append(" ").append(sql.getSQLState());
      }
      if (cause instanceof OperationException known) {
        return String.valueOf(known.getMessage());
      }
    }
    return kinds.toString();
  }

  private static Duration backOff(int failures) {
    long ceiling = FIRST_BACK_OFF.toMillis() << Math.min(failures - 1, 10);
    long bounded = Math.min(ceiling, LONGEST_BACK_OFF.toMillis());
    return Duration.ofMillis(ThreadLocalRandom.current().nextLong(bounded / 2, bounded + 1));
  }
}
