package dev.sessioncache.capture;

import dev.sessioncache.command.OperationException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether and when a reading that has failed is started again. A server that is away is waited for,
 * however long that takes: the slot keeps the changes, and to end would end the other roles of the
 * process too. It is away only if it does not answer a new connection either. Anything else may
 * fail so often in a row; what the operator has to mend before any reading has started ends capture
 * at once. Used by {@link Capture}'s thread alone.
 */
final class Retries {

  private static final Logger log = LoggerFactory.getLogger(Retries.class);
  private static final String IDLE_SESSION = "57P05";
  private static final Duration FIRST_BACK_OFF = Duration.ofMillis(500);
  private static final Duration LONGEST_BACK_OFF = Duration.ofSeconds(10);

  private final int limit;
  private final CaptureServers servers;
  private final BooleanSupplier postgresIsAway;
  private final CaptureProgress progress;
  private final CaptureOutages outages;
  private long batchesBefore;
  private long stoodByBefore;
  private int attempts;
  private int failures;

  /**
   * @param postgresIsAway {@link PostgresProbe#isAway}
   */
  Retries(
      int limit, CaptureServers servers, BooleanSupplier postgresIsAway, CaptureProgress progress) {
    this.limit = limit;
    this.servers = servers;
    this.postgresIsAway = postgresIsAway;
    this.progress = progress;
    this.outages = progress.outages();
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
    }
    attempts++;
    String cause = describe(e);
    Optional<String> blamed = servers.blamed(e);
    Optional<String> away = blamed.filter(this::isAway);
    progress.failed(cause, away);
    if (away.isPresent()) {
      tell(away.get(), cause);
    } else if (!isJustBack(blamed)) {
      count(e, cause, blamed.isEmpty());
    }
    log.debug("event=capture_failed", e);
    return backOff(attempts);
  }

  /**
   * Postgres may be there all the same: what is between us may have cut a connection that it takes
   * too long to read the tables over, or there may be no room for one that replicates. To wait for
   * that would be to begin the same baseline again and again.
   */
  private boolean isAway(String server) {
    return server.equals(servers.kafka()) || postgresIsAway.getAsBoolean();
  }

  /** It has come back between the failure and our question: the last failure of its outage. */
  private boolean isJustBack(Optional<String> blamed) {
    return blamed.isPresent() && outages.postgresAnswered();
  }

  private void tell(String server, String cause) {
    boolean isToTell =
        server.equals(servers.kafka())
            ? outages.kafkaFailed(server)
            : outages.postgresFailed(server);
    if (isToTell) {
      log.warn(
          "event=capture_failed attempt={} server=\"{}\" cause=\"{}\" hint=\"it is waited for; the"
              + " slot keeps the changes\"",
          attempts,
          server,
          cause);
    }
  }

  /**
   * @param isToMend whether it does not look as if time alone could mend it
   */
  private void count(Exception e, String cause, boolean isToMend) {
    failures++;
    boolean cannotStart =
        attempts == 1 && isToMend && !progress.hasStarted() && e instanceof OperationException;
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
        if (IDLE_SESSION.equals(sql.getSQLState())) {
          kinds.append(" (Postgres has ended a session that waited for Kafka for too long)");
        }
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
