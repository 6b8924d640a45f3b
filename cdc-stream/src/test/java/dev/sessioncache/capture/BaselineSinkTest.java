package dev.sessioncache.capture;

import static dev.sessioncache.capture.SinkDriver.acknowledging;
import static dev.sessioncache.capture.SinkDriver.pulse;
import static dev.sessioncache.capture.SinkDriver.read;
import static dev.sessioncache.capture.SinkDriver.slow;
import static dev.sessioncache.capture.SinkDriver.update;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

/** Where a {@link ChangeSink} says that a baseline begins and ends. */
class BaselineSinkTest {

  @Test
  void shouldEndTheBaselineBeforeTheFirstChangeOfTheStream() {
    SinkDriver sink = SinkDriver.inTheBaseline(acknowledging());

    sink.handle(read(99), read(99));
    sink.handle(read(99), update(100), update(101));

    assertThat(sink.keys())
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

  /** The proof asks Postgres, which may take its time; Kafka is not to be blamed for that. */
  @Test
  void shouldNotWaitForKafkaWhileTheBaselineIsProven() {
    SinkDriver sink = SinkDriver.inTheBaseline(acknowledging());
    List<Duration> waits = new ArrayList<>();
    sink.onProof = () -> waits.add(sink.waitingForKafka());

    sink.handle(read(99), pulse());

    assertThat(waits).containsExactly(Duration.ZERO);
  }

  @Test
  void shouldTellThatKafkaIsSilentWhileABaselineIsAnnounced() throws Exception {
    SinkDriver sink = SinkDriver.beforeTheBaseline(slow());
    CompletableFuture<Void> announced = sink.beginBaselineUntilSent();

    assertThat(sink.waitingForKafka()).isPositive();
    sink.acknowledgeUntilDone(announced);

    assertThat(sink.waitingForKafka()).isZero();
  }

  @Test
  void shouldCallTheBaselineCompleteOnlyWhenItsEndIsInKafka() {
    SinkDriver sink = SinkDriver.inTheBaseline(slow());
    CompletableFuture<Void> batch = sink.handleUntilSent(2, read(99), pulse());

    sink.kafka.completeNext();
    sink.kafka.errorNext(new TimeoutException("too late"));

    SinkDriver.assertFailed(batch);
    assertThat(sink.keys()).doesNotContain("capture");
    assertThat(sink.progress.isComplete()).isFalse();
  }

  @Test
  void shouldWriteDownACompleteBaselineWhenItHasEnded() {
    SinkDriver sink = SinkDriver.inTheBaseline(acknowledging());

    sink.handle(read(99), pulse());

    assertThat(sink.position().complete()).isTrue();
    assertThat(sink.progress.isComplete()).isTrue();
    assertThat(sink.progress.rows()).isEqualTo(1);
  }

  @Test
  void shouldWriteDownAnIncompleteBaselineBeforeItBegins() throws Exception {
    SinkDriver sink = SinkDriver.beforeTheBaseline(acknowledging());

    sink.beginBaseline();

    assertThat(sink.keys()).containsExactly("capture", "~term", "~baseline-begin");
    assertThat(sink.position().complete()).isFalse();
  }

  @Test
  void shouldEndTheBaselineWithTheTransactionOfTheFirstChangeBehindIt() throws Exception {
    SinkDriver sink = SinkDriver.beforeTheBaseline(acknowledging());
    sink.beginBaseline();

    sink.handle(pulse());

    assertThat(sink.value("~baseline-end")).contains("\"__txId\":700");
  }
}
