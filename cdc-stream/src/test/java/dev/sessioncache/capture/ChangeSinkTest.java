package dev.sessioncache.capture;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sessioncache.changes.Epoch;
import dev.sessioncache.mapping.PlatformMapping;
import dev.sessioncache.topic.LaneSettings;
import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.RecordChangeEvent;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.UncheckedIOException;
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
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;

/**
 * Promise P4 at its source: Postgres is told of a batch only after Kafka has all of it. One lane,
 * so that a change is one record.
 */
class ChangeSinkTest {

  private static final Duration SOON = Duration.ofSeconds(10);
  private static final String PULSE = "{\"at_ms\": 5, \"complete\": true}";

  private final CaptureProgress progress = new CaptureProgress(new SimpleMeterRegistry());
  private final Committer committer = new Committer();

  @Test
  void shouldMarkNothingBeforeKafkaHasAcknowledgedAllOfTheBatch() {
    MockProducer<String, byte[]> kafka = kafka(false);
    ChangeSink sink = complete(kafka);
    CompletableFuture<Void> batch =
        CompletableFuture.runAsync(() -> handle(sink, update(100), update(101)));
    await("three writes under way").atMost(SOON).until(() -> kafka.history().size() == 3);

    kafka.completeNext();
    kafka.completeNext();

    assertThat(committer.calls).isEmpty();
    kafka.completeNext();
    await("batch").atMost(SOON).until(batch::isDone);
    assertThat(committer.calls).containsExactly("marked 100", "marked 101", "finished");
  }

  @Test
  void shouldFailTheBatchAndMarkNothingWhenAWriteIsNotAcknowledged() {
    MockProducer<String, byte[]> kafka = kafka(false);
    ChangeSink sink = complete(kafka);
    CompletableFuture<Void> batch =
        CompletableFuture.runAsync(() -> handle(sink, update(100), update(101)));
    await("three writes under way").atMost(SOON).until(() -> kafka.history().size() == 3);

    kafka.completeNext();
    kafka.errorNext(new TimeoutException("too late"));
    kafka.completeNext();

    assertThatThrownBy(() -> batch.get(SOON.toSeconds(), TimeUnit.SECONDS))
        .cause()
        .isInstanceOf(KafkaException.class);
    assertThat(committer.calls).isEmpty();
    assertThat(progress.rows()).isZero();
  }

  @Test
  void shouldFailTheBatchWhenTheProducerRefusesAWrite() {
    MockProducer<String, byte[]> kafka = kafka(true);
    ChangeSink sink = complete(kafka);
    kafka.sendException = new KafkaException("closed");

    assertThatThrownBy(() -> handle(sink, update(100))).isInstanceOf(KafkaException.class);
    assertThat(committer.calls).isEmpty();
  }

  @Test
  void shouldWriteThePositionDownBeforeMarking() {
    MockProducer<String, byte[]> kafka = kafka(true);
    ChangeSink sink = complete(kafka);
    committer.onFirst = () -> committer.calls.add("capture at " + position(kafka).lsn());

    handle(sink, update(100), update(101));

    assertThat(committer.calls)
        .containsExactly("capture at 101", "marked 100", "marked 101", "finished");
  }

  @Test
  void shouldEndTheBaselineBeforeTheFirstChangeOfTheStream() {
    MockProducer<String, byte[]> kafka = kafka(true);
    ChangeSink sink = incomplete(kafka);

    handle(sink, read(99), read(99));
    handle(sink, read(99), update(100), update(101));

    assertThat(keys(kafka))
        .containsExactly(
            "user_sessions/s1",
            "user_sessions/s1",
            "capture",
            "user_sessions/s1",
            "~baseline-end",
            "user_sessions/s1",
            "user_sessions/s1",
            "capture");
  }

  @Test
  void shouldCallTheBaselineCompleteOnlyWhenItsEndIsInKafka() {
    MockProducer<String, byte[]> kafka = kafka(false);
    ChangeSink sink = incomplete(kafka);
    CompletableFuture<Void> batch =
        CompletableFuture.runAsync(() -> handle(sink, read(99), pulse()));
    await("row and end under way").atMost(SOON).until(() -> kafka.history().size() == 2);

    kafka.completeNext();
    kafka.errorNext(new TimeoutException("too late"));

    assertThatThrownBy(() -> batch.get(SOON.toSeconds(), TimeUnit.SECONDS))
        .cause()
        .isInstanceOf(KafkaException.class);
    assertThat(keys(kafka)).doesNotContain("capture");
    assertThat(progress.isComplete()).isFalse();
  }

  @Test
  void shouldWriteDownACompleteBaselineWhenItHasEnded() {
    MockProducer<String, byte[]> kafka = kafka(true);

    handle(incomplete(kafka), read(99), pulse());

    assertThat(position(kafka).complete()).isTrue();
    assertThat(progress.isComplete()).isTrue();
    assertThat(progress.rows()).isEqualTo(1);
  }

  @Test
  void shouldWriteDownAnIncompleteBaselineBeforeItBegins() throws Exception {
    MockProducer<String, byte[]> kafka = kafka(true);

    sink(kafka, false).beginBaseline();

    assertThat(keys(kafka)).containsExactly("capture", "~term", "~baseline-begin");
    assertThat(position(kafka).complete()).isFalse();
  }

  @Test
  void shouldEndTheBaselineWithTheTransactionOfTheFirstChangeBehindIt() throws Exception {
    MockProducer<String, byte[]> kafka = kafka(true);
    ChangeSink sink = sink(kafka, false);
    sink.beginBaseline();

    handle(sink, pulse());

    assertThat(value(kafka, "~baseline-end")).contains("\"__txId\":700");
  }

  /** What a former capture still sends must be told apart before anything of ours stands there. */
  @Test
  void shouldAnnounceItsTermOnceBeforeTheFirstChange() {
    MockProducer<String, byte[]> kafka = kafka(true);
    ChangeSink sink = sink(kafka, true);

    handle(sink, update(100));
    handle(sink, update(101));

    assertThat(keys(kafka))
        .containsExactly(
            "capture", "~term", "user_sessions/s1", "capture", "user_sessions/s1", "capture");
    assertThat(position(kafka).term()).isEqualTo(42);
  }

  /** Else a change could be given up by the producer and the pulse behind it arrive. */
  @Test
  void shouldSendAPulseOnlyWhenAllBeforeItIsInKafka() {
    MockProducer<String, byte[]> kafka = kafka(false);
    ChangeSink sink = complete(kafka);
    CompletableFuture<Void> batch =
        CompletableFuture.runAsync(() -> handle(sink, update(100), pulse()));
    await("the change under way").atMost(SOON).until(() -> kafka.history().size() == 1);

    kafka.errorNext(new TimeoutException("too late"));

    assertThatThrownBy(() -> batch.get(SOON.toSeconds(), TimeUnit.SECONDS))
        .cause()
        .isInstanceOf(KafkaException.class);
    assertThat(keys(kafka)).containsExactly("user_sessions/s1");
  }

  @Test
  void shouldHandOnThePulseAsItWasSentWhenItComesBack() {
    MockProducer<String, byte[]> kafka = kafka(true);

    handle(complete(kafka), pulse());

    assertThat(value(kafka, "~pulse"))
        .isEqualTo("{\"at_ms\":5,\"complete\":true,\"__op\":\"pulse\"}");
    assertThat(progress.rows()).isZero();
  }

  @Test
  void shouldFailTheBatchWhenAPulseIsNotOurs() {
    MockProducer<String, byte[]> kafka = kafka(true);

    assertThatThrownBy(() -> handle(complete(kafka), Envelopes.pulse("hello", 100)))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("message prefix");
    assertThat(committer.calls).isEmpty();
  }

  private static Struct update(long lsn) {
    return Envelopes.updated(Envelopes.session("s1", "u1"), lsn);
  }

  private static Struct read(long lsn) {
    return Envelopes.read(Envelopes.session("s1", "u1"), lsn);
  }

  private static Struct pulse() {
    return Envelopes.pulse(PULSE, 100);
  }

  private void handle(ChangeSink sink, Struct... envelopes) {
    try {
      sink.handleBatch(Stream.of(envelopes).map(ChangeSinkTest::event).toList(), committer);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static RecordChangeEvent<SourceRecord> event(Struct envelope) {
    SourceRecord record = Envelopes.event(envelope);
    return () -> record;
  }

  private ChangeSink complete(MockProducer<String, byte[]> kafka) {
    return announced(kafka, true);
  }

  private ChangeSink incomplete(MockProducer<String, byte[]> kafka) {
    return announced(kafka, false);
  }

  /** One that has announced its term with an empty batch, which is then forgotten. */
  private ChangeSink announced(MockProducer<String, byte[]> kafka, boolean complete) {
    ChangeSink sink = sink(kafka, complete);
    CompletableFuture<Void> batch = CompletableFuture.runAsync(() -> handle(sink));
    await("announcement")
        .atMost(SOON)
        .pollInterval(Duration.ofMillis(1))
        .until(
            () -> {
              kafka.completeNext();
              return batch.isDone();
            });
    kafka.clear();
    committer.calls.clear();
    return sink;
  }

  private ChangeSink sink(MockProducer<String, byte[]> kafka, boolean complete) {
    Epoch epoch = new Epoch(1, 1);
    LaneSettings oneLane = new LaneSettings(1, "test", (short) 1, Duration.ofSeconds(30));
    CaptureLog captureLog =
        new CaptureLog(
            oneLane.captureTopic(),
            () -> {
              throw new UnsupportedOperationException();
            });
    return new ChangeSink(
        kafka,
        new ChangeRecords(oneLane, PlatformMapping.create(), epoch, 42, progress),
        captureLog,
        progress,
        new CaptureRecord("cluster", "slot", "pub", epoch, 42, complete, 0));
  }

  private static MockProducer<String, byte[]> kafka(boolean acknowledging) {
    return new MockProducer<>(
        acknowledging, null, new StringSerializer(), new ByteArraySerializer());
  }

  private static List<String> keys(MockProducer<String, byte[]> kafka) {
    return kafka.history().stream().map(ProducerRecord::key).toList();
  }

  private static String value(MockProducer<String, byte[]> kafka, String key) {
    return kafka.history().stream()
        .filter(record -> record.key().equals(key))
        .map(record -> new String(record.value(), UTF_8))
        .findFirst()
        .orElseThrow();
  }

  private static CaptureRecord position(MockProducer<String, byte[]> kafka) {
    return kafka.history().stream()
        .filter(record -> record.topic().equals("test.capture"))
        .reduce((first, second) -> second)
        .flatMap(record -> CaptureRecord.parse(record.value()))
        .orElseThrow();
  }

  /** The engine's side: what is called here is what Postgres will be told. */
  private static final class Committer
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
