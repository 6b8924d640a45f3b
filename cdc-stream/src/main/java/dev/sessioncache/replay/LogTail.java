package dev.sessioncache.replay;

import dev.sessioncache.command.OperationException;
import dev.sessioncache.topic.KafkaClients;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * What has come into the log since a replay began: the keys of all lanes. Also of what is not
 * committed yet, for apply does not wait for that. Used by one thread.
 */
final class LogTail implements Orphans.Tail, AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);

  private final Consumer<String, byte[]> consumer;
  private final List<TopicPartition> lanes;
  private final LaneKeys keys;

  LogTail(KafkaClients kafka, List<LaneRange> ranges) {
    this.consumer = kafka.laneReader("read_uncommitted");
    this.lanes = ranges.stream().map(LaneRange::lane).toList();
    this.keys = LaneKeys.forOneOf(1);
    consumer.assign(lanes);
    ranges.forEach(range -> consumer.seek(range.lane(), range.end()));
  }

  /** Reads up to the present end. */
  @Override
  public void catchUp() {
    try {
      Map<TopicPartition, Long> ends = consumer.endOffsets(lanes, PATIENCE);
      long patienceEnds = System.nanoTime() + PATIENCE.toNanos();
      while (lanes.stream().anyMatch(lane -> isBefore(lane, ends))) {
        for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
          if (record.key() != null) {
            keys.add(record.key());
          }
        }
        if (System.nanoTime() - patienceEnds > 0) {
          throw unreachable(null);
        }
      }
    } catch (KafkaException e) {
      throw unreachable(e);
    }
  }

  private boolean isBefore(TopicPartition lane, Map<TopicPartition, Long> ends) {
    return consumer.position(lane, PATIENCE) < ends.getOrDefault(lane, 0L);
  }

  private static OperationException unreachable(@Nullable Exception e) {
    return new OperationException(
        "Kafka stopped answering, nothing unknown to the log was removed any more: check it and"
            + " run the replay again",
        e == null ? new IllegalStateException("no records in time") : e);
  }

  @Override
  public boolean contains(String key) {
    return keys.contains(key);
  }

  @Override
  public void close() {
    consumer.close(CloseOptions.timeout(CLOSE_TIMEOUT));
  }
}
