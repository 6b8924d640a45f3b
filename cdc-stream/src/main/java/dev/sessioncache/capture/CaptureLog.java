package dev.sessioncache.capture;

import dev.sessioncache.command.OperationException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * The topic {@code capture}: one partition that holds, as its last record, how far capture has
 * come.
 */
final class CaptureLog {

  static final String KEY = "capture";
  private static final Duration READ_TIMEOUT = Duration.ofSeconds(15);

  private final String topic;
  private final Supplier<Consumer<String, byte[]>> consumers;

  CaptureLog(String topic, Supplier<Consumer<String, byte[]>> consumers) {
    this.topic = topic;
    this.consumers = consumers;
  }

  /** Reads the last record; compaction never removes it. */
  Optional<CaptureRecord> last() {
    TopicPartition partition = new TopicPartition(topic, 0);
    try (Consumer<String, byte[]> consumer = consumers.get()) {
      consumer.assign(List.of(partition));
      Map<TopicPartition, Long> ends = consumer.endOffsets(List.of(partition), READ_TIMEOUT);
      long end = ends.getOrDefault(partition, 0L);
      if (end == 0) {
        return Optional.empty();
      }
      consumer.seek(partition, end - 1);
      for (ConsumerRecord<String, byte[]> record : consumer.poll(READ_TIMEOUT)) {
        return record.value() == null ? Optional.empty() : CaptureRecord.parse(record.value());
      }
      throw new OperationException(
          "Kafka does not hand out the last record of topic " + topic + ": is the broker healthy?");
    } catch (KafkaException e) {
      throw new OperationException(
          "topic " + topic + " can't be read: may we, and is Kafka healthy?", e);
    }
  }

  ProducerRecord<String, byte[]> write(CaptureRecord record) {
    return new ProducerRecord<>(topic, 0, KEY, record.toJson());
  }
}
