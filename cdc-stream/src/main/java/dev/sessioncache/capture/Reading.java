package dev.sessioncache.capture;

import dev.sessioncache.config.DatabaseUrl;
import dev.sessioncache.mapping.SessionMapping;
import dev.sessioncache.postgres.PostgresConnections;
import dev.sessioncache.topic.LaneSettings;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.Producer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One session of reading the log: become the one capture, check the source, decide between going on
 * and a new baseline, then run the engine until it ends. Owned and called by {@link Capture}'s
 * thread.
 */
final class Reading implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Reading.class);
  private static final int NETWORK_TIMEOUT_MILLIS = 10_000;
  private static final long STANDBY_POLL_MILLIS = 500;
  private static final long ALIVE_CHECK_MILLIS = 200;

  private final DatabaseUrl database;
  private final CaptureSettings settings;
  private final LaneSettings lanes;
  private final SessionMapping mapping;
  private final Producer<String, byte[]> producer;
  private final CaptureLog captureLog;
  private final CaptureProgress progress;
  private final Connection connection;
  private final Source source;

  Reading(
      DatabaseUrl database,
      CaptureSettings settings,
      LaneSettings lanes,
      SessionMapping mapping,
      Producer<String, byte[]> producer,
      CaptureLog captureLog,
      CaptureProgress progress) {
    this.database = database;
    this.settings = settings;
    this.lanes = lanes;
    this.mapping = mapping;
    this.producer = producer;
    this.captureLog = captureLog;
    this.progress = progress;
    this.connection = PostgresConnections.open(database, "session-cache-warmer capture");
    this.source = new Source(connection, settings);
  }

  void run(CountDownLatch closed) throws SQLException, InterruptedException {
    connection.setNetworkTimeout(Runnable::run, NETWORK_TIMEOUT_MILLIS);
    source.check();
    source.ensurePublication(mapping);
    if (!becomeTheOne(closed)) {
      return;
    }
    Continuity continuity =
        Continuity.decide(source.state(), captureLog.last(), settings.slot(), database.database());
    progress.started(continuity);
    if (continuity instanceof Continuity.NewBaseline baseline) {
      log.info("event=baseline_begins reason=\"{}\" epoch={}", baseline.reason(), baseline.epoch());
      runBaseline(baseline, closed);
    } else {
      CaptureRecord from = ((Continuity.GoOn) continuity).from();
      log.info("event=capture_continues epoch={}", from.epoch());
      runEngine(sink(from), false, closed);
    }
  }

  /** Waits as hot standby until no other capture holds the lock and nobody reads the slot. */
  private boolean becomeTheOne(CountDownLatch closed) throws SQLException, InterruptedException {
    while (!source.tryLock()) {
      progress.standby("another instance captures");
      if (closed.await(STANDBY_POLL_MILLIS, TimeUnit.MILLISECONDS)) {
        return false;
      }
    }
    while (source.state().slot().map(SourceState.Slot::active).orElse(false)) {
      progress.standby("the slot is being read");
      if (closed.await(ALIVE_CHECK_MILLIS, TimeUnit.MILLISECONDS)) {
        return false;
      }
    }
    return true;
  }

  private void runBaseline(Continuity.NewBaseline baseline, CountDownLatch closed)
      throws SQLException, InterruptedException {
    source.dropSlot(database.database());
    String systemId = source.state().systemId();
    ChangeSink sink =
        sink(new CaptureRecord(systemId, settings.slot(), baseline.epoch(), false, 0));
    sink.beginBaseline();
    runEngine(sink, true, closed);
  }

  private ChangeSink sink(CaptureRecord from) {
    return new ChangeSink(
        producer, new ChangeRecords(lanes, mapping, from.epoch()), captureLog, progress, from);
  }

  private void runEngine(ChangeSink sink, boolean baseline, CountDownLatch closed)
      throws SQLException, InterruptedException {
    Connection pulses = PostgresConnections.open(database, "session-cache-warmer pulse");
    try (PulseEmitter emitter =
            new PulseEmitter(pulses, PulseEmitter.prefix(settings.slot()), progress);
        Engine engine =
            new Engine(EngineProperties.of(database, settings, mapping, baseline), sink)) {
      CompletableFuture<Void> ended = engine.start();
      emitter.start(settings.pulseInterval(), ended::completeExceptionally);
      await(ended, closed);
    }
  }

  /** Returns when closed; throws when the engine or the pulse has ended, or our lock is gone. */
  private void await(CompletableFuture<Void> ended, CountDownLatch closed)
      throws SQLException, InterruptedException {
    while (closed.getCount() > 0) {
      try {
        ended.get(ALIVE_CHECK_MILLIS, TimeUnit.MILLISECONDS);
        throw new IllegalStateException("the engine has ended by itself");
      } catch (TimeoutException e) {
        source.keepLock();
      } catch (ExecutionException e) {
        throw new IllegalStateException("the engine has failed", e.getCause());
      }
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
