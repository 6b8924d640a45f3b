package dev.sessioncache.apply;

import dev.sessioncache.log.Outage;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The consumer of the entries, as a member of apply's group. Beside each offset it keeps a word
 * that the lane's next owner gets. Used by the apply thread alone.
 */
final class LaneConsumer implements AutoCloseable {

  /** Who wants to know of lanes that come and go; called in the middle of a poll. */
  interface Owner {
    /** The group has given us our lanes; none are left for one of too many instances. */
    void joined();

    /**
     * @param word that was committed with the lane's offset; empty when there was none
     */
    void assigned(TopicPartition lane, String word);

    void revoked(TopicPartition lane);
  }

  private static final Logger log = LoggerFactory.getLogger(LaneConsumer.class);
  private static final Duration COMMIT_EVERY = Duration.ofSeconds(1);
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

  private final Consumer<String, byte[]> consumer;
  private final Owner owner;
  private final Outage commits = new Outage();
  private boolean waiting;
  private long lastCommitNanos = System.nanoTime();

  LaneConsumer(Consumer<String, byte[]> consumer, Owner owner) {
    this.consumer = consumer;
    this.owner = owner;
  }

  void subscribe(String topic) {
    consumer.subscribe(List.of(topic), new OnRebalance());
  }

  ConsumerRecords<String, byte[]> poll(Duration timeout) {
    return consumer.poll(timeout);
  }

  /** Up to which offset the lane's entries have been polled. */
  long position(TopicPartition lane) {
    return consumer.position(lane, ANSWER_TIMEOUT);
  }

  /**
   * A consumer that does not poll is thrown out of its group; one whose lanes are paused gets no
   * records. A lane that comes to us meanwhile may bring some: they are fetched again later.
   */
  void stayInTheGroupFor(long millis) {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    waiting = true;
    while (System.nanoTime() < end) {
      consumer.pause(consumer.assignment());
      ConsumerRecords<String, byte[]> early =
          consumer.poll(Duration.ofMillis(Math.min(millis, 100)));
      early.partitions().forEach(lane -> consumer.seek(lane, early.records(lane).get(0).offset()));
    }
    waiting = false;
    consumer.resume(consumer.paused());
  }

  /** Commits once a second what has been polled, all of which must have been written. */
  void commitNowAndThen(Function<TopicPartition, String> words) {
    if (System.nanoTime() - lastCommitNanos >= COMMIT_EVERY.toNanos()) {
      lastCommitNanos = System.nanoTime();
      try {
        consumer.commitAsync(offsets(words), (offsets, failure) -> committed(failure));
      } catch (TimeoutException e) {
        committed(e);
      }
    }
  }

  /** In a rebalance offsets may not be taken: the next owner repeats what is harmless. */
  private void committed(@Nullable Exception failure) {
    if (failure == null) {
      commits.answered();
    } else if (!isOfARebalance(failure) && commits.failed()) {
      log.warn("event=commit_failed cause={}", failure.getClass().getSimpleName());
    }
  }

  private static boolean isOfARebalance(Exception failure) {
    return failure instanceof RebalanceInProgressException
        || failure instanceof CommitFailedException;
  }

  /** Commits for the last time. When that fails, the next owner repeats what is harmless. */
  void commitAtLast(Function<TopicPartition, String> words) {
    try {
      consumer.commitSync(offsets(words), CLOSE_TIMEOUT);
    } catch (KafkaException e) {
      log.info("event=last_commit_failed cause={}", e.getClass().getSimpleName());
    }
  }

  private Map<TopicPartition, OffsetAndMetadata> offsets(Function<TopicPartition, String> words) {
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    for (TopicPartition lane : consumer.assignment()) {
      offsets.put(lane, new OffsetAndMetadata(position(lane), words.apply(lane)));
    }
    return offsets;
  }

  @Override
  public void close() {
    consumer.close(CloseOptions.timeout(CLOSE_TIMEOUT));
  }

  /**
   * A rebalance comes inside of poll: all that was polled before has been written, unless Redis
   * fails and the batch is being retried. Then it may write for a lane that has gone to another
   * instance, which the guard makes harmless.
   */
  private final class OnRebalance implements ConsumerRebalanceListener {

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> lanes) {
      lanes.forEach(owner::revoked);
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> lanes) {
      if (waiting) {
        consumer.pause(lanes); // the poll that assigns them could already bring their records
      }
      Map<TopicPartition, OffsetAndMetadata> committed = committed(Set.copyOf(lanes));
      for (TopicPartition lane : lanes) {
        OffsetAndMetadata offset = committed.get(lane);
        owner.assigned(lane, offset == null ? "" : offset.metadata());
      }
      owner.joined();
      log.info(
          "event=lanes_assigned lanes={}",
          lanes.stream().map(TopicPartition::partition).sorted().toList());
    }

    private Map<TopicPartition, OffsetAndMetadata> committed(Set<TopicPartition> lanes) {
      try {
        return lanes.isEmpty() ? Map.of() : consumer.committed(lanes, ANSWER_TIMEOUT);
      } catch (KafkaException e) {
        return Map.of(); // without the word a lane is refilled, which is harmless
      }
    }
  }
}
