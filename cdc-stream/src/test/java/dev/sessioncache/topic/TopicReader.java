package dev.sessioncache.topic;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** Reads all lanes of a topic from the beginning. Used by one thread. */
public final class TopicReader implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(20);

  private final Consumer<String, byte[]> consumer;

  public TopicReader(KafkaClients kafka, String topic, int lanes) {
    this.consumer = kafka.reader();
    List<TopicPartition> partitions =
        IntStream.range(0, lanes).mapToObj(lane -> new TopicPartition(topic, lane)).toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  /** All that has come since the last call, up to now. */
  public List<ConsumerRecord<String, byte[]>> next() {
    List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
    Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
    while (ends.entrySet().stream()
        .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
      consumer.poll(POLL).forEach(records::add);
    }
    return records;
  }

  @Override
  public void close() {
    consumer.close();
  }
}
