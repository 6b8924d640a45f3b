package dev.sessioncache.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import dev.sessioncache.localstack.Stack;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Reads what topics hold at a moment. */
final class TopicReader {

  private final String bootstrapServers;

  TopicReader(Stack stack) {
    this.bootstrapServers = stack.kafkaBootstrapServers();
  }

  /** All records, those of open and aborted transactions too. */
  List<ConsumerRecord<String, byte[]>> all(List<TopicPartition> lanes) {
    return read(lanes, "read_uncommitted");
  }

  /** Without those of open and aborted transactions. */
  List<ConsumerRecord<String, byte[]>> committed(List<TopicPartition> lanes) {
    return read(lanes, "read_committed");
  }

  private List<ConsumerRecord<String, byte[]>> read(List<TopicPartition> lanes, String isolation) {
    List<ConsumerRecord<String, byte[]>> records = new ArrayList<>();
    Map<String, Object> properties =
        Map.of("bootstrap.servers", bootstrapServers, "isolation.level", isolation);
    try (KafkaConsumer<String, byte[]> reader =
        new KafkaConsumer<>(properties, new StringDeserializer(), new ByteArrayDeserializer())) {
      reader.assign(lanes);
      reader.seekToBeginning(lanes);
      Map<TopicPartition, Long> ends = reader.endOffsets(lanes);
      await("lanes read")
          .atMost(Pipeline.SOON)
          .until(
              () -> {
                reader.poll(Duration.ofMillis(100)).forEach(records::add);
                return lanes.stream()
                    .allMatch(lane -> reader.position(lane) >= ends.getOrDefault(lane, 0L));
              });
    }
    return records;
  }

  /** A header that the record must have, as text. */
  static String header(ConsumerRecord<?, ?> record, String name) {
    return new String(Objects.requireNonNull(record.headers().lastHeader(name)).value(), UTF_8);
  }
}
