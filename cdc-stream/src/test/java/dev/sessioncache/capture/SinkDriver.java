package dev.sessioncache.capture;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sessioncache.changes.Epoch;
import dev.sessioncache.mapping.PlatformMapping;
import dev.sessioncache.topic.LaneSettings;
import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.RecordChangeEvent;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;

/** A {@link ChangeSink} between an engine and a Kafka of the test. One lane, term 42. */
final class SinkDriver {

  static final Duration SOON = Duration.ofSeconds(60);

  final MockProducer<String, byte[]> kafka;
  final CaptureProgress progress = new CaptureProgress(new SimpleMeterRegistry());
  final Committer committer = new Committer();

  /** What happens while it is proven that the baseline has no hole. */
  Runnable onProof = () -> {};

  private final ChangeSink sink;

  private SinkDriver(MockProducer<String, byte[]> kafka, boolean complete) {
    this.kafka = kafka;
    Epoch epoch = new Epoch(1, 1);
    LaneSettings oneLane = new LaneSettings(1, "test", (short) 1, Duration.ofSeconds(30));
    CaptureLog captureLog =
        new CaptureLog(
            oneLane.captureTopic(),
            () -> {
              throw new UnsupportedOperationException();
            });
    this.sink =
        new ChangeSink(
            kafka,
            new ChangeRecords(
                oneLane, PlatformMapping.create(), epoch, 42, new SessionLanes(), progress),
            captureLog,
            progress,
            rows -> onProof.run(),
            new CaptureRecord("cluster", "slot", "pub", epoch, 42, complete, 0));
  }

  /** One that goes on in the stream and has sent nothing yet. */
  static SinkDriver ofANewTerm(MockProducer<String, byte[]> kafka) {
    return new SinkDriver(kafka, true);
  }

  /** One whose baseline has not begun. */
  static SinkDriver beforeTheBaseline(MockProducer<String, byte[]> kafka) {
    return new SinkDriver(kafka, false);
  }

  /** One that goes on in the stream, its announcement forgotten. */
  static SinkDriver inTheStream(MockProducer<String, byte[]> kafka) {
    return ofANewTerm(kafka).announce();
  }

  /** One within its baseline, its announcement forgotten. */
  static SinkDriver inTheBaseline(MockProducer<String, byte[]> kafka) {
    return beforeTheBaseline(kafka).announce();
  }

  static MockProducer<String, byte[]> acknowledging() {
    return kafka(true);
  }

  /** One that acknowledges or refuses a write when the test says so. */
  static MockProducer<String, byte[]> slow() {
    return kafka(false);
  }

  private static MockProducer<String, byte[]> kafka(boolean acknowledging) {
    return new MockProducer<>(
        acknowledging, null, new StringSerializer(), new ByteArraySerializer());
  }

  static Struct update(long lsn) {
    return Envelopes.updated(Envelopes.session("s1", "u1"), lsn);
  }

  static Struct read(long lsn) {
    return Envelopes.read(Envelopes.session("s1", "u1"), lsn);
  }

  static Struct pulse() {
    return Envelopes.pulse("{\"at_ms\": 5, \"complete\": true}", 100);
  }

  void beginBaseline() throws InterruptedException {
    sink.beginBaseline();
  }

  /** Begins in another thread and waits until the first write is under way. */
  CompletableFuture<Void> beginBaselineUntilSent() {
    CompletableFuture<Void> begun =
        CompletableFuture.runAsync(
            () -> {
              try {
                beginBaseline();
              } catch (InterruptedException e) {
                throw new IllegalStateException(e);
              }
            });
    await("a write under way").atMost(SOON).until(() -> !sink.waitingForKafka().isZero());
    return begun;
  }

  Duration waitingForKafka() {
    return sink.waitingForKafka();
  }

  void handle(Struct... envelopes) {
    try {
      sink.handleBatch(Stream.of(envelopes).map(SinkDriver::event).toList(), committer);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Hands a batch over in another thread and waits until so many writes are under way. */
  CompletableFuture<Void> handleUntilSent(int writes, Struct... envelopes) {
    CompletableFuture<Void> batch = CompletableFuture.runAsync(() -> handle(envelopes));
    await("writes under way").atMost(SOON).until(() -> kafka.history().size() == writes);
    return batch;
  }

  /** Since Kafka has not taken one of its records. */
  static void assertFailed(CompletableFuture<Void> batch) {
    assertThatThrownBy(() -> batch.get(SOON.toSeconds(), TimeUnit.SECONDS))
        .cause()
        .isInstanceOf(KafkaException.class);
  }

  private SinkDriver announce() {
    acknowledgeUntilDone(CompletableFuture.runAsync(() -> handle()));
    kafka.clear();
    committer.calls.clear();
    return this;
  }

  /** Acknowledges one write after the other, also those that are yet to come. */
  void acknowledgeUntilDone(CompletableFuture<Void> work) {
    await("all is acknowledged")
        .atMost(SOON)
        .pollInterval(Duration.ofMillis(1))
        .until(
            () -> {
              kafka.completeNext();
              return work.isDone();
            });
  }

  private static RecordChangeEvent<SourceRecord> event(Struct envelope) {
    SourceRecord record = Envelopes.event(envelope);
    return () -> record;
  }

  /** Keys of all that was sent. */
  List<String> keys() {
    return kafka.history().stream().map(ProducerRecord::key).toList();
  }

  /** The first value sent under a key. */
  String value(String key) {
    return kafka.history().stream()
        .filter(record -> record.key().equals(key))
        .map(record -> new String(record.value(), UTF_8))
        .findFirst()
        .orElseThrow();
  }

  /** What was written down last. */
  CaptureRecord position() {
    return kafka.history().stream()
        .filter(record -> record.topic().equals("test.capture"))
        .reduce((first, second) -> second)
        .flatMap(record -> CaptureRecord.parse(record.value()))
        .orElseThrow();
  }

  /** The engine's side: what is called here is what Postgres will be told. */
  static final class Committer
      implements DebeziumEngine.RecordCommitter<RecordChangeEvent<SourceRecord>> {

    final List<String> calls = Collections.synchronizedList(new ArrayList<>());
    Runnable onFirst = () -> {};

    @Override
    public void markProcessed(RecordChangeEvent<SourceRecord> event) {
      if (calls.isEmpty()) {
        onFirst.run();
      }
      calls.add("marked " + event.record().sourceOffset().get("lsn"));
    }

    @Override
    public void markBatchFinished() {
      calls.add("finished");
    }

    @Override
    public void markProcessed(
        RecordChangeEvent<SourceRecord> event, DebeziumEngine.Offsets offsets) {
      throw new UnsupportedOperationException();
    }

    @Override
    public DebeziumEngine.Offsets buildOffsets() {
      throw new UnsupportedOperationException();
    }
  }
}
