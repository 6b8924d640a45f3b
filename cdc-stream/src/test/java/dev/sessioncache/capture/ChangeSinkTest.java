package dev.sessioncache.capture;

import static dev.sessioncache.capture.SinkDriver.acknowledging;
import static dev.sessioncache.capture.SinkDriver.pulse;
import static dev.sessioncache.capture.SinkDriver.slow;
import static dev.sessioncache.capture.SinkDriver.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

/** Promise P4 at its source: Postgres is told of a batch only after Kafka has all of it. */
class ChangeSinkTest {

  @Test
  void shouldMarkNothingBeforeKafkaHasAcknowledgedAllOfTheBatch() {
    SinkDriver sink = SinkDriver.inTheStream(slow());
    CompletableFuture<Void> batch = sink.handleUntilSent(3, update(100), update(101));

    sink.kafka.completeNext();
    sink.kafka.completeNext();

    await("nothing is marked")
        .during(Duration.ofMillis(200))
        .atMost(SinkDriver.SOON)
        .until(sink.committer.calls::isEmpty);
    sink.kafka.completeNext();
    await("batch").atMost(SinkDriver.SOON).until(batch::isDone);
    assertThat(sink.committer.calls).containsExactly("marked 101", "finished");
  }

  @Test
  void shouldFailTheBatchAndMarkNothingWhenAWriteIsNotAcknowledged() {
    SinkDriver sink = SinkDriver.inTheStream(slow());
    CompletableFuture<Void> batch = sink.handleUntilSent(3, update(100), update(101));

    sink.kafka.completeNext();
    sink.kafka.errorNext(new TimeoutException("too late"));
    sink.kafka.completeNext();

    SinkDriver.assertFailed(batch);
    assertThat(sink.committer.calls).isEmpty();
    assertThat(sink.progress.rows()).isZero();
  }

  @Test
  void shouldFailTheBatchWhenTheProducerRefusesAWrite() {
    SinkDriver sink = SinkDriver.inTheStream(acknowledging());
    sink.kafka.sendException = new KafkaException("closed");

    assertThatThrownBy(() -> sink.handle(update(100))).isInstanceOf(KafkaException.class);
    assertThat(sink.committer.calls).isEmpty();
  }

  @Test
  void shouldWriteThePositionDownBeforeMarking() {
    SinkDriver sink = SinkDriver.inTheStream(acknowledging());
    sink.committer.onFirst = () -> sink.committer.calls.add("capture at " + sink.position().lsn());

    sink.handle(update(100), update(101));

    assertThat(sink.committer.calls).containsExactly("capture at 101", "marked 101", "finished");
  }

  /** What a former capture still sends must be told apart before anything of ours stands there. */
  @Test
  void shouldAnnounceItsTermOnceBeforeTheFirstChange() {
    SinkDriver sink = SinkDriver.ofANewTerm(acknowledging());

    sink.handle(update(100));
    sink.handle(update(101));

    assertThat(sink.keys())
        .containsExactly(
            "capture", "~term", "user_sessions/s1", "capture", "user_sessions/s1", "capture");
    assertThat(sink.position().term()).isEqualTo(42);
  }

  /** Else a change could be given up by the producer and the pulse behind it arrive. */
  @Test
  void shouldSendAPulseOnlyWhenAllBeforeItIsInKafka() {
    SinkDriver sink = SinkDriver.inTheStream(slow());
    CompletableFuture<Void> batch = sink.handleUntilSent(1, update(100), pulse());

    sink.kafka.errorNext(new TimeoutException("too late"));

    SinkDriver.assertFailed(batch);
    assertThat(sink.keys()).containsExactly("user_sessions/s1");
  }

  @Test
  void shouldHandOnThePulseAsItWasSentWhenItComesBack() {
    SinkDriver sink = SinkDriver.inTheStream(acknowledging());

    sink.handle(pulse());

    assertThat(sink.value("~pulse"))
        .isEqualTo("{\"at_ms\":5,\"complete\":true,\"__op\":\"pulse\"}");
    assertThat(sink.progress.rows()).isZero();
  }

  @Test
  void shouldFailTheBatchWhenAPulseIsNotOurs() {
    SinkDriver sink = SinkDriver.inTheStream(acknowledging());

    assertThatThrownBy(() -> sink.handle(Envelopes.pulse("hello", 100)))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("message prefix");
    assertThat(sink.committer.calls).isEmpty();
  }
}
