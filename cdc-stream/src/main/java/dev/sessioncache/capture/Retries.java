package dev.sessioncache.capture;

import dev.sessioncache.command.OperationException;
import dev.sessioncache.log.Outage;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether and when a reading that has failed is started again. A server that is away is waited for,
 * however long that takes: the slot keeps the changes, and to end would end the other roles of the
 * process too. Anything else may fail so often in a row; what the operator has to mend before any
 * reading has started ends capture at once. Used by {@link Capture}'s thread alone.
 */
final class Retries {

  private static final Logger log = LoggerFactory.getLogger(Retries.class);
  private static final Duration FIRST_BACK_OFF = Duration.ofMillis(500);
  private static final Duration LONGEST_BACK_OFF = Duration.ofSeconds(10);

  private final int limit;
  private final CaptureServers servers;
  private final CaptureProgress progress;
  private final Outage outage = new Outage();
  private String away = "";
  private long batchesBefore;
  private long stoodByBefore;
  private int attempts;
  private int failures;

  Retries(int limit, CaptureServers servers, CaptureProgress progress) {
    this.limit = limit;
    this.servers = servers;
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
   * @throws OperationException when too many have failed in a row and no server was away, or for a
   *     reason that a retry can't mend
   */
  Duration failed(Exception e) {
    if (wasSound()) {
      attempts = 0;
      failures = 0;
      away = "";
    }
    attempts++;
    String cause = describe(e);
    Optional<String> server = servers.away(e);
    progress.failed(cause, server);
    if (server.isEmpty()) {
      count(e, cause);
    } else if (isToTell(server.get())) {
      log.warn(
          "event=capture_failed attempt={} server=\"{}\" cause=\"{}\" hint=\"it is waited for; the"
              + " slot keeps the changes\"",
          attempts,
          server.get(),
          cause);
    }
    log.debug("event=capture_failed", e);
    return backOff(attempts);
  }

  private boolean isToTell(String server) {
    if (!server.equals(away)) {
      away = server;
      outage.answered(); // that was another one, or an earlier one
    }
    return outage.failed();
  }

  private void count(Exception e, String cause) {
    away = "";
    failures++;
    boolean cannotStart =
        attempts == 1 && !progress.hasStarted() && e instanceof OperationException;
    if (cannotStart || failures > limit || e instanceof LostConnectorException) {
      throw e instanceof OperationException known
          ? known
          : new OperationException(
              "capture has failed " + failures + " times in a row: " + cause, e);
    }
    log.warn("event=capture_failed attempt={} limit={} cause=\"{}\"", failures, limit, cause);
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
