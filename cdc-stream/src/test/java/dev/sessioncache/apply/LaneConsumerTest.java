package dev.sessioncache.apply;

import static dev.sessioncache.apply.EntryRecords.consumed;
import static dev.sessioncache.apply.EntryRecords.put;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sessioncache.app.LoggedEvents;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetCommitCallback;
import org.apache.kafka.clients.consumer.RetriableCommitFailedException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Commits while Kafka does not say where a lane stands. */
class LaneConsumerTest {

  private static final TopicPartition LANE = new TopicPartition("entries", 0);

  private final SilentConsumer kafka = new SilentConsumer();

  @Test
  void shouldCommitOnceKafkaAnswersAgain() {
    try (LaneConsumer consumer = new LaneConsumer(kafka, new Nobody())) {
      consumer.subscribe("entries");
      kafka.add(consumed("entries", 0, 0, put("a", 0)));
      await("record").until(() -> !consumer.poll(Duration.ZERO).isEmpty());
      kafka.silent = true;
      await("refused commit").until(() -> commit(consumer) && kafka.refused > 0);
      assertThat(kafka.committedOffset(LANE)).isZero();

      kafka.silent = false;

      await("commit").until(() -> commit(consumer) && kafka.committedOffset(LANE) == 1);
    }
  }

  @Test
  void shouldTellThatKafkaDoesNotTakeOffsetsButNotOfEachTime() {
    try (LaneConsumer consumer = new LaneConsumer(kafka, new Nobody());
        LoggedEvents events = new LoggedEvents()) {
      consumer.subscribe("entries");
      kafka.refusal = new RebalanceInProgressException("in the middle of a rebalance");
      await("a commit in a rebalance").until(() -> commit(consumer) && kafka.refused > 0);
      assertThat(events.count("commit_failed")).isZero();

      kafka.refusal = new RetriableCommitFailedException("away");
      await("refused commits").until(() -> commit(consumer) && kafka.refused > 2);

      assertThat(events.count("commit_failed")).isEqualTo(1);
      assertThat(events.text()).contains("cause=RetriableCommitFailedException");
    }
  }

  private static boolean commit(LaneConsumer consumer) {
    consumer.commitNowAndThen(lane -> "");
    return true;
  }

  private static final class SilentConsumer extends SlowMockConsumer {

    volatile boolean silent;
    volatile @Nullable Exception refusal;
    volatile int refused;

    SilentConsumer() {
      super(LANE);
    }

    @Override
    @SuppressWarnings("UnsynchronizedOverridesSynchronized")
    public void commitAsync(
        Map<TopicPartition, OffsetAndMetadata> offsets, OffsetCommitCallback callback) {
      Exception failure = refusal;
      if (failure == null) {
        super.commitAsync(offsets, callback);
      } else {
        refused++;
        callback.onComplete(offsets, failure);
      }
    }

    @Override
    @SuppressWarnings("UnsynchronizedOverridesSynchronized")
    public long position(TopicPartition lane, Duration timeout) {
      if (silent) {
        refused++;
        throw new TimeoutException("as when the broker is away");
      }
      return super.position(lane, timeout);
    }
  }

  private static final class Nobody implements LaneConsumer.Owner {

    @Override
    public void joined() {}

    @Override
    public void assigned(TopicPartition lane, String word) {}

    @Override
    public void revoked(TopicPartition lane) {}
  }
}
