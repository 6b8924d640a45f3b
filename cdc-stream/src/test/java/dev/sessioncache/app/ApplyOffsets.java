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
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
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
    Map<TopicPartition, OffsetSpec> ends =
        lanes.stream().collect(Collectors.toMap(lane -> lane, lane -> OffsetSpec.latest()));
    return byLane(admin.listOffsets(ends).all(), ListOffsetsResultInfo::offset);
  }

  /** By lane; nothing for a lane without any. */
  Map<Integer, Long> acknowledged() {
    return byLane(
        admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata(),
        OffsetAndMetadata::offset);
  }

  private static <T> Map<Integer, Long> byLane(
      KafkaFuture<Map<TopicPartition, T>> answer, ToLongFunction<T> offset) {
    try {
      Map<Integer, Long> byLane = new TreeMap<>();
      answer
          .get()
          .forEach((lane, found) -> byLane.put(lane.partition(), offset.applyAsLong(found)));
      return byLane;
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Waits until all that stands in the lanes by now is acknowledged. */
  void awaitAcknowledged() {
    Map<Integer, Long> ends = ends();
    await("all acknowledged")
        .atMost(Pipeline.SOON)
        .until(
            () -> {
              Map<Integer, Long> acknowledged = acknowledged();
              return ends.entrySet().stream()
                  .allMatch(end -> acknowledged.getOrDefault(end.getKey(), 0L) >= end.getValue());
            });
  }

  /**
   * Watches that no record behind these ends is acknowledged for a time that covers a commit. Each
   * lane must get one: a marker of a transaction is none, and passed over without Redis.
   */
  void assertNothingAcknowledgedBehind(Map<Integer, Long> ends, Duration time) {
    Map<Integer, Long> firsts = firstRecordsFrom(ends);
    await("nothing acknowledged while Redis does not take it")
        .during(time)
        .atMost(time.plus(Pipeline.SOON))
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
