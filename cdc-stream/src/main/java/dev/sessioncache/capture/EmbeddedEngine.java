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
 * Reads the log with Debezium's engine: decides between going on and a new baseline, then runs the
 * engine until it ends. Called from {@link Capture}'s thread.
 */
final class EmbeddedEngine implements LogFollower {

  private static final Logger log = LoggerFactory.getLogger(EmbeddedEngine.class);

  private static final long ALIVE_CHECK_MILLIS = 200;

  private final DatabaseUrl database;
  private final CaptureSettings settings;
  private final LaneSettings lanes;
  private final SessionMapping mapping;
  private final Producer<String, byte[]> producer;
  private final CaptureLog captureLog;
  private final CaptureProgress progress;
  private final KafkaSilence kafka;

  EmbeddedEngine(
      DatabaseUrl database,
      CaptureSettings settings,
      LaneSettings lanes,
      SessionMapping mapping,
      Producer<String, byte[]> producer,
      CaptureLog captureLog,
      CaptureProgress progress,
      KafkaSilence kafka) {
    this.kafka = kafka;
    this.database = database;
    this.settings = settings;
    this.lanes = lanes;
    this.mapping = mapping;
    this.producer = producer;
    this.captureLog = captureLog;
    this.progress = progress;
  }

  @Override
  public void follow(OwnedSource owned, CountDownLatch closed)
      throws SQLException, InterruptedException {
    Source source = owned.source();
    if (!new SlotWait(source, settings.slot(), progress).untilFree(closed)) {
      return;
    }
    Optional<CaptureRecord> last = captureLog.last();
    SourceState state = source.state();
    Continuity continuity = Continuity.decide(state, last, settings.slot(), database.database());
    long term = CaptureRecord.nextTerm(last, state.clockMillis());
    progress.started(continuity, term);
    if (continuity instanceof Continuity.NewBaseline baseline) {
      log.info("event=baseline_begins reason=\"{}\" epoch={}", baseline.reason(), baseline.epoch());
      runBaseline(baseline, state, term, owned, closed);
    } else {
      CaptureRecord from = ((Continuity.GoOn) continuity).from();
      log.info("event=capture_continues epoch={}", from.epoch());
      runEngine(from.inTerm(term), owned, closed);
    }
  }

  private void runBaseline(
      Continuity.NewBaseline baseline,
      SourceState state,
      long term,
      OwnedSource owned,
      CountDownLatch closed)
      throws SQLException, InterruptedException {
    owned.source().dropSlot(database.database());
    runEngine(
        new CaptureRecord(
            state.systemId(),
            settings.slot(),
            state.publication(),
            baseline.epoch(),
            term,
            false,
            0),
        owned,
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
  private void runEngine(CaptureRecord from, OwnedSource owned, CountDownLatch closed)
      throws SQLException, InterruptedException {
    boolean baseline = !from.complete();
    ChangeSink sink = sink(from);
    if (baseline) {
      sink.beginBaseline();
    }
    ShapeWatch shape = new ShapeWatch(owned.publication(), from.publication());
    SlotWatch slot =
        new SlotWatch(owned.source(), sink, progress, baseline, lanes.stalenessBound());
    Connection pulses = PostgresConnections.open(database, "session-cache-warmer pulse");
    try (PulseEmitter emitter =
            new PulseEmitter(pulses, PulseEmitter.prefix(settings.slot()), progress);
        Engine engine =
            new Engine(
                EngineProperties.of(database, settings, mapping, baseline),
                baseline ? sink : new SlotProof(database, from, sink))) {
      CompletableFuture<Void> ended = engine.start();
      emitter.start(settings.pulseInterval(), ended::completeExceptionally);
      while (isRunning(ended, owned.source(), closed)) {
        kafka.look(sink.busyFor());
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
  private static boolean isRunning(
      CompletableFuture<Void> ended, Source source, CountDownLatch closed)
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
}
