package dev.sessioncache.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sessioncache.localstack.Stack;
import dev.sessioncache.topic.KafkaClients;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/** How far the topic {@code entries} of a pipeline reaches, and what apply has acknowledged. */
final class ApplyOffsets implements AutoCloseable {

  private final String bootstrapServers;
  private final Admin admin;
  private final String group;
  private final Set<TopicPartition> lanes;

  ApplyOffsets(Stack stack, Pipeline pipeline) {
    this.bootstrapServers = stack.kafkaBootstrapServers();
    this.admin = new KafkaClients(bootstrapServers).admin();
    this.group = pipeline.name + ".apply";
    this.lanes =
        Set.of(
            new TopicPartition(pipeline.name + ".entries", 0),
            new TopicPartition(pipeline.name + ".entries", 1));
  }

  /** By lane. */
  Map<Integer, Long> ends() {
    try {
      return byLane(
          admin
              .listOffsets(
                  lanes.stream().collect(Collectors.toMap(l -> l, l -> OffsetSpec.latest())))
              .all()
              .get()
              .entrySet()
              .stream()
              .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().offset())));
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /** By lane; nothing for a lane without any. */
  Map<Integer, Long> acknowledged() {
    try {
      return byLane(
          admin
              .listConsumerGroupOffsets(group)
              .partitionsToOffsetAndMetadata()
              .get()
              .entrySet()
              .stream()
              .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().offset())));
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Map<Integer, Long> byLane(Map<TopicPartition, Long> offsets) {
    Map<Integer, Long> byLane = new TreeMap<>();
    offsets.forEach((lane, offset) -> byLane.put(lane.partition(), offset));
    return byLane;
  }

  /**
   * Watches that no record behind these ends is acknowledged for a time that covers a commit. Each
   * lane must get one: a marker of a transaction is none, and passed over without Redis.
   */
  void assertNothingAcknowledgedBehind(Map<Integer, Long> ends, Duration time) {
    Map<Integer, Long> firsts = firstRecordsFrom(ends);
    await("nothing acknowledged while Redis does not take it")
        .during(time)
        .atMost(Pipeline.SOON)
        .untilAsserted(
            () ->
                assertThat(acknowledged())
                    .allSatisfy(
                        (lane, offset) ->
                            assertThat(offset).isLessThanOrEqualTo(firsts.getOrDefault(lane, 0L))));
  }

  private Map<Integer, Long> firstRecordsFrom(Map<Integer, Long> ends) {
    Map<Integer, Long> firsts = new TreeMap<>();
    try (KafkaConsumer<String, byte[]> reader = new KafkaClients(bootstrapServers).reader()) {
      reader.assign(lanes);
      lanes.forEach(lane -> reader.seek(lane, ends.getOrDefault(lane.partition(), 0L)));
      await("a record in each lane")
          .atMost(Pipeline.SOON)
          .until(
              () -> {
                reader
                    .poll(Duration.ofMillis(100))
                    .forEach(record -> firsts.putIfAbsent(record.partition(), record.offset()));
                return firsts.size() == lanes.size();
              });
    }
    return firsts;
  }

  @Override
  public void close() {
    admin.close(Duration.ofSeconds(2));
  }
}
