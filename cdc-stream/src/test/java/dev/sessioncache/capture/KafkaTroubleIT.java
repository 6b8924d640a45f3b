package dev.sessioncache.capture;

import static dev.sessioncache.capture.SourceTables.insert;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sessioncache.app.LoggedEvents;
import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import java.time.Duration;
import org.apache.kafka.clients.producer.Producer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A Kafka that is frozen or gone holds capture up, and costs no change. */
@ExtendWith(StackExtension.class)
@Timeout(300)
class KafkaTroubleIT {

  private CaptureRig rig;

  @BeforeEach
  void makeRig(Stack stack, TestInfo test) throws Exception {
    rig =
        new CaptureRig(stack, "kafka_" + Math.floorMod(test.getDisplayName().hashCode(), 100_000));
  }

  @AfterEach
  void closeRig(Stack stack) throws Exception {
    stack.kafka().resume();
    rig.close();
  }

  @Test
  void shouldCloseInTimeAndLoseNothingWhenKafkaIsFrozen(Stack stack) throws Exception {
    RunningCapture capture = rig.start();
    rig.awaitQuiet();
    stack.kafka().pause();
    rig.tables.execute(insert(1, 300));
    long inserted = rig.currentLsn();
    await("the changes sent").atMost(CaptureRig.SOON).until(() -> rig.sentLsn() >= inserted);

    Duration taken = capture.stop();

    assertThat(taken).isLessThan(Duration.ofSeconds(15));
    assertThat(rig.confirmedLsn()).as("confirmed meanwhile").isLessThan(inserted);
    stack.kafka().resume();
    rig.start();
    rig.assertExactWithoutNewBaseline();
  }

  /** Long before the producer gives anything up. */
  @Test
  void shouldSayThatKafkaIsSilentAndWhenItIsBack(Stack stack) throws Exception {
    rig.start();
    rig.awaitQuiet();
    try (LoggedEvents events = new LoggedEvents()) {
      stack.kafka().pause();
      await("told in time")
          .atMost(Duration.ofSeconds(12))
          .until(() -> events.count("kafka_silent") > 0);
      assertThat(events.text())
          .contains("server=\"Kafka at " + stack.kafkaBootstrapServers() + "\"");

      stack.kafka().resume();

      await("told that it is back")
          .atMost(CaptureRig.SOON)
          .until(() -> events.count("kafka_back") == 1);
      assertThat(events.count("kafka_silent")).isEqualTo(1);
    }
  }

  /** The broker makes the producer wait, by its quota. */
  @Test
  @Tag("soak")
  void shouldCloseInTimeAndLoseNothingWhenKafkaIsSlow() throws Exception {
    Producer<String, byte[]> throttled = rig.producer(Duration.ofSeconds(60));
    RunningCapture capture = rig.start(rig.url, throttled, 20);
    rig.awaitQuiet();
    rig.limitProducer(10_000);
    rig.tables.execute(insert(1, 300));
    await("throttled").atMost(CaptureRig.SOON).until(() -> throttleMillis(throttled) > 1_000);

    Duration taken = capture.stop();

    assertThat(taken).isLessThan(Duration.ofSeconds(15));
    assertThat(rig.captured().changes()).hasSizeBetween(1, 299);
    rig.start();
    rig.assertExactWithoutNewBaseline();
  }

  private static double throttleMillis(Producer<String, byte[]> producer) {
    return producer.metrics().values().stream()
        .filter(metric -> metric.metricName().name().equals("produce-throttle-time-max"))
        .mapToDouble(metric -> (double) metric.metricValue())
        .max()
        .orElseThrow();
  }

  @Test
  void shouldSendAgainWhenTheProducerHasGivenUp(Stack stack) throws Exception {
    RunningCapture capture = rig.start(rig.url, rig.producer(Duration.ofSeconds(3)), 2048);
    rig.awaitQuiet();
    stack.kafka().pause();
    long batches = capture.progress.batches();
    rig.tables.execute(insert(1, 300));

    await("the reading has failed")
        .atMost(CaptureRig.SOON)
        .until(() -> rig.slotIsFree() && capture.timesFailed() > 0);
    assertThat(capture.progress.batches()).isLessThanOrEqualTo(batches + 1);
    stack.kafka().resume();

    rig.assertExactWithoutNewBaseline();
  }

  /** However many readings fail meanwhile. */
  @Test
  @Tag("soak")
  void shouldWaitWhenTheBrokerIsGoneForLongerThanTheRetryLimit(Stack stack) throws Exception {
    rig.retryLimit = 1;
    RunningCapture capture = rig.start(rig.url, rig.producer(Duration.ofSeconds(3)), 2048);
    rig.awaitQuiet();
    stack.kafka().kill();
    try {
      rig.tables.execute(insert(1, 300));
      await("two readings have failed")
          .atMost(CaptureRig.SOON)
          .until(
              () -> {
                capture.throwIfEnded();
                return capture.timesFailed() > 1;
              });
    } finally {
      stack.kafka().start();
    }
    long batches = capture.progress.batches();
    try (LoggedEvents events = new LoggedEvents()) {
      await("it goes on")
          .atMost(CaptureRig.SOON)
          .until(
              () -> {
                capture.throwIfEnded();
                return capture.progress.batches() > batches;
              });
      assertThat(events.count("kafka_back")).isEqualTo(1);
    }

    rig.assertExactWithoutNewBaseline();
  }

  @Test
  void shouldGoOnWhenTheBrokerWasKilled(Stack stack) throws Exception {
    rig.start();
    rig.awaitQuiet();
    stack.kafka().kill();
    try {
      rig.tables.execute(insert(1, 300));
      long inserted = rig.currentLsn();
      await("the changes sent").atMost(CaptureRig.SOON).until(() -> rig.sentLsn() >= inserted);
      assertThat(rig.confirmedLsn()).as("confirmed meanwhile").isLessThan(inserted);
    } finally {
      stack.kafka().start();
    }

    rig.assertExactWithoutNewBaseline();
  }
}
