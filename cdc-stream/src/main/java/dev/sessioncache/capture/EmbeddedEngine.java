package dev.sessioncache.capture;

import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the log with Debezium's engine: decides between going on and a new baseline, then runs the
 * engine until it ends. Called from {@link Capture}'s thread.
 */
final class EmbeddedEngine implements LogFollower {

  private static final Logger log = LoggerFactory.getLogger(EmbeddedEngine.class);

  private static final long ALIVE_CHECK_MILLIS = 200;

  private final CaptureContext capture;
  private final KafkaSilence kafka;

  EmbeddedEngine(CaptureContext capture) {
    this.capture = capture;
    this.kafka = new KafkaSilence(capture.servers().kafka(), capture.progress());
  }

  @Override
  public void follow(OwnedSource owned, CountDownLatch closed)
      throws SQLException, InterruptedException {
    Source source = owned.source();
    String slot = capture.settings().slot();
    if (!new SlotWait(source, slot, capture.progress()).untilFree(closed)) {
      return;
    }
    Optional<CaptureRecord> last = capture.captureLog().last();
    SourceState state = source.state();
    Continuity continuity = Continuity.decide(state, last, slot, capture.database().database());
    long term = CaptureRecord.nextTerm(last, state.clockMillis());
    capture.progress().started(continuity, term);
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
    owned.source().dropSlot(capture.database().database());
    runEngine(capture.beginning(baseline, state, term), owned, closed);
  }

  private ChangeSink sink(CaptureRecord from, OwnedSource owned) throws SQLException {
    SessionLanes lanes =
        from.complete()
            ? capture.sessionLanes(owned)
            : new SessionLanes(); // the baseline's rows come by
    return new ChangeSink(
        capture.clients().producer(),
        capture.records(from, lanes),
        capture.captureLog(),
        capture.progress(),
        new BaselineProof(capture.database(), capture.mapping())::prove,
        from);
  }

  /**
   * @param from its baseline is still to be taken unless it is complete
   */
  private void runEngine(CaptureRecord from, OwnedSource owned, CountDownLatch closed)
      throws SQLException, InterruptedException {
    ChangeSink sink = sink(from, owned);
    try (SilenceWatch watch = new SilenceWatch(kafka, sink::waitingForKafka)) {
      watch.start();
      runEngine(from, sink, owned, closed);
    }
  }

  private void runEngine(
      CaptureRecord from, ChangeSink sink, OwnedSource owned, CountDownLatch closed)
      throws SQLException, InterruptedException {
    boolean baseline = !from.complete();
    if (baseline) {
      sink.beginBaseline();
    }
    ShapeWatch shape = capture.shapeWatch(owned, from);
    SlotWatch slot =
        new SlotWatch(
            owned.source(), sink, capture.progress(), baseline, capture.lanes().stalenessBound());
    CaptureSettings settings = capture.settings();
    try (PulseEmitter emitter =
            new PulseEmitter(capture.openPulses(), capture.pulsePrefix(), capture.progress());
        Engine engine =
            new Engine(
                EngineProperties.of(capture.database(), settings, capture.mapping(), baseline),
                baseline ? sink : new SlotProof(capture.database(), from, sink))) {
      CompletableFuture<Void> ended = engine.start();
      emitter.start(settings.pulseInterval(), ended::completeExceptionally);
      while (isRunning(ended, owned.source(), closed)) {
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
  static boolean isRunning(CompletableFuture<Void> ended, Source source, CountDownLatch closed)
      throws SQLException, InterruptedException {
    try {
      ended.get(ALIVE_CHECK_MILLIS, TimeUnit.MILLISECONDS);
      source.keepLock(); // when Postgres has gone, that is why
      throw new IllegalStateException("the engine has ended by itself");
    } catch (TimeoutException e) {
      source.keepLock();
      return closed.getCount() > 0;
    } catch (ExecutionException e) {
      throw new IllegalStateException("the engine has failed", e.getCause());
    }
  }
}
