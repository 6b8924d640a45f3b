package dev.sessioncache.capture;

import dev.sessioncache.config.DatabaseUrl;
import dev.sessioncache.mapping.SessionMapping;
import dev.sessioncache.postgres.PostgresConnections;
import dev.sessioncache.topic.LaneSettings;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
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
  private static final long STANDBY_POLL_MILLIS = 250;
  private static final long ALIVE_CHECK_MILLIS = 200;

  private final DatabaseUrl database;
  private final CaptureSettings settings;
  private final LaneSettings lanes;
  private final SessionMapping mapping;
  private final Producer<String, byte[]> producer;
  private final CaptureLog captureLog;
  private final CaptureProgress progress;
  private final Connection connection;
  private final Publication publication;
  private final Source source;
  private final TableChecks tables;

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
    this.connection = PostgresConnections.open(database, Source.connectionName(settings.slot()));
    this.publication = new Publication(connection, settings.publication(), mapping);
    this.source = new Source(connection, settings, publication);
    this.tables = new TableChecks(connection, mapping);
  }

  void run(CountDownLatch closed) throws SQLException, InterruptedException {
    connection.setNetworkTimeout(Runnable::run, NETWORK_TIMEOUT_MILLIS);
    source.check();
    source.noticeOurEnd();
    tables.check(); // before the publication: with a wrong table it would stop the application
    publication.ensure();
    if (!becomeTheOne(closed)) {
      return;
    }
    captureLog.requirePartitions(lanes.changesTopic(), lanes.count());
    Optional<CaptureRecord> last = captureLog.last();
    SourceState state = source.state();
    Continuity continuity = Continuity.decide(state, last, settings.slot(), database.database());
    long term = CaptureRecord.nextTerm(last, state.clockMillis());
    progress.started(continuity, term);
    if (continuity instanceof Continuity.NewBaseline baseline) {
      log.info("event=baseline_begins reason=\"{}\" epoch={}", baseline.reason(), baseline.epoch());
      runBaseline(baseline, state, term, closed);
    } else {
      CaptureRecord from = ((Continuity.GoOn) continuity).from();
      log.info("event=capture_continues epoch={}", from.epoch());
      runEngine(from.inTerm(term), closed);
    }
  }

  /**
   * Waits as hot standby until no other capture holds the lock, then until nobody reads the slot.
   */
  private boolean becomeTheOne(CountDownLatch closed) throws SQLException, InterruptedException {
    while (!source.tryLock()) {
      progress.standsBy();
      if (closed.await(STANDBY_POLL_MILLIS, TimeUnit.MILLISECONDS)) {
        return false;
      }
    }
    return new SlotWait(source, settings.slot(), progress).untilFree(closed);
  }

  private void runBaseline(
      Continuity.NewBaseline baseline, SourceState state, long term, CountDownLatch closed)
      throws SQLException, InterruptedException {
    source.dropSlot(database.database());
    runEngine(
        new CaptureRecord(
            state.systemId(),
            settings.slot(),
            state.publication(),
            baseline.epoch(),
            term,
            false,
            0),
        closed);
  }

  private ChangeSink sink(CaptureRecord from) {
    return new ChangeSink(
        producer,
        new ChangeRecords(lanes, mapping, from.epoch(), from.term(), progress),
        captureLog,
        progress,
        new BaselineProof(database, mapping)::prove,
        from);
  }

  /**
   * @param from its baseline is still to be taken unless it is complete
   */
  private void runEngine(CaptureRecord from, CountDownLatch closed)
      throws SQLException, InterruptedException {
    boolean baseline = !from.complete();
    ChangeSink sink = sink(from);
    if (baseline) {
      sink.beginBaseline();
    }
    ShapeWatch shape = new ShapeWatch(publication, from.publication());
    SlotWatch slot = new SlotWatch(source, sink, progress, baseline, lanes.stalenessBound());
    Connection pulses = PostgresConnections.open(database, "session-cache-warmer pulse");
    try (PulseEmitter emitter =
            new PulseEmitter(pulses, PulseEmitter.prefix(settings.slot()), progress);
        Engine engine =
            new Engine(
                EngineProperties.of(database, settings, mapping, baseline),
                baseline ? sink : new SlotProof(database, from, sink))) {
      CompletableFuture<Void> ended = engine.start();
      emitter.start(settings.pulseInterval(), ended::completeExceptionally);
      while (isRunning(ended, closed)) {
        slot.check();
        shape.check();
      }
    }
  }

  /**
   * Waits a little; false when closed.
   *
   * @throws IllegalStateException when the engine or the pulse has ended
   * @throws SQLException when our lock is gone
   */
  private boolean isRunning(CompletableFuture<Void> ended, CountDownLatch closed)
      throws SQLException, InterruptedException {
    try {
      ended.get(ALIVE_CHECK_MILLIS, TimeUnit.MILLISECONDS);
      throw new IllegalStateException("the engine has ended by itself");
    } catch (TimeoutException e) {
      source.keepLock();
      return closed.getCount() > 0;
    } catch (ExecutionException e) {
      throw new IllegalStateException("the engine has failed", e.getCause());
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
