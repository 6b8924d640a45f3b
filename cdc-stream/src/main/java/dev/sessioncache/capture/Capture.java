package dev.sessioncache.capture;

import dev.sessioncache.command.OperationException;
import dev.sessioncache.config.DatabaseUrl;
import dev.sessioncache.mapping.SessionMapping;
import dev.sessioncache.topic.LaneSettings;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Producer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Capture: keeps one session of reading alive, from the standby's wait to the engine's end, and
 * starts over when it fails. {@link #run} blocks its thread; {@link #close} may be called from any.
 */
public final class Capture implements Runnable, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Capture.class);
  private static final Duration FIRST_BACK_OFF = Duration.ofMillis(500);
  private static final Duration LONGEST_BACK_OFF = Duration.ofSeconds(10);

  private final DatabaseUrl database;
  private final CaptureSettings settings;
  private final LaneSettings lanes;
  private final SessionMapping mapping;
  private final Producer<String, byte[]> producer;
  private final CaptureLog captureLog;
  private final CaptureProgress progress;
  private final CountDownLatch closed = new CountDownLatch(1);

  public Capture(
      DatabaseUrl database,
      CaptureSettings settings,
      LaneSettings lanes,
      SessionMapping mapping,
      CaptureClients clients,
      CaptureProgress progress) {
    this.database = database;
    this.settings = settings;
    this.lanes = lanes;
    this.mapping = mapping;
    this.producer = clients.producer();
    this.captureLog = new CaptureLog(lanes.captureTopic(), clients.consumers());
    this.progress = progress;
  }

  /**
   * Captures until closed.
   *
   * @throws OperationException when it has failed too often in a row, or for a reason that a retry
   *     can't mend
   */
  @Override
  public void run() {
    int failures = 0;
    try {
      while (!isClosed()) {
        long batchesBefore = progress.batches();
        try (Reading reading =
            new Reading(database, settings, lanes, mapping, producer, captureLog, progress)) {
          reading.run(closed);
        } catch (SQLException | RuntimeException e) {
          if (isClosed()) {
            return;
          }
          boolean moved = progress.isComplete() && progress.batches() > batchesBefore;
          failures = moved ? 1 : failures + 1;
          progress.failed(describe(e));
          giveUpAfter(failures, e);
          log.warn("event=capture_failed attempt={} cause=\"{}\"", failures, describe(e));
          log.debug("event=capture_failed", e);
          closed.await(backOff(failures).toMillis(), TimeUnit.MILLISECONDS);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void giveUpAfter(int failures, Exception e) {
    boolean neverStarted = failures == 1 && progress.rows() == 0 && e instanceof OperationException;
    if (neverStarted || failures > settings.retryLimit()) {
      throw e instanceof OperationException known
          ? known
          : new OperationException(
              "capture has failed " + failures + " times in a row: " + describe(e), e);
    }
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

  private boolean isClosed() {
    return closed.getCount() == 0;
  }

  @Override
  public void close() {
    closed.countDown();
  }
}
