package dev.sessioncache.app;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;
import static org.awaitility.Awaitility.await;

import dev.sessioncache.localstack.Stack;
import dev.sessioncache.topic.KafkaClients;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;

/** What an administrator of Kafka can do to the topics and groups of a pipeline. */
final class TopicAdmin implements AutoCloseable {

  private final Pipeline pipeline;
  private final Admin admin;

  TopicAdmin(Stack stack, Pipeline pipeline) {
    this.pipeline = pipeline;
    this.admin = new KafkaClients(stack.kafkaBootstrapServers()).admin();
  }

  /** Waits until the brokers know of no instance that reads. */
  static void awaitNoMembers(Stack stack, Pipeline pipeline) {
    try (TopicAdmin admin = new TopicAdmin(stack, pipeline)) {
      for (String group : List.of("project", "apply")) {
        await("no members of " + group)
            .atMost(Pipeline.SOON)
            .until(() -> admin.members(group).isEmpty());
      }
    }
  }

  /** The lanes of a topic, which is named without its prefix. */
  List<TopicPartition> lanes(String topic) {
    return IntStream.range(0, Pipeline.LANES)
        .mapToObj(lane -> new TopicPartition(pipeline.name + "." + topic, lane))
        .toList();
  }

  /** Waits until a group has read and committed all that its topic holds now. */
  void awaitRead(String group, String topic) {
    Map<TopicPartition, Long> ends = ends(topic);
    await(group + " has read " + topic)
        .atMost(Pipeline.SOON)
        .until(
            () -> {
              Map<TopicPartition, Long> read = committed(group);
              return ends.entrySet().stream()
                  .allMatch(end -> read.getOrDefault(end.getKey(), 0L) >= end.getValue());
            });
  }

  Map<TopicPartition, Long> ends(String topic) {
    return result(
            admin
                .listOffsets(lanes(topic).stream().collect(toMap(l -> l, l -> OffsetSpec.latest())))
                .all())
        .entrySet()
        .stream()
        .collect(toMap(Map.Entry::getKey, end -> end.getValue().offset()));
  }

  /** What a group, named without its prefix, has committed. */
  Map<TopicPartition, Long> committed(String group) {
    Map<TopicPartition, Long> committed = new HashMap<>();
    result(
            admin
                .listConsumerGroupOffsets(pipeline.name + "." + group)
                .partitionsToOffsetAndMetadata())
        .forEach((lane, offset) -> committed.put(lane, offset.offset()));
    return committed;
  }

  /**
   * The ids that the broker has given to the members of a group: one that is given up loses its.
   */
  Set<String> members(String group) {
    String name = pipeline.name + "." + group;
    return result(
            Objects.requireNonNull(
                admin.describeConsumerGroups(List.of(name)).describedGroups().get(name)))
        .members()
        .stream()
        .map(MemberDescription::consumerId)
        .collect(toSet());
  }

  /** Sets a group that has no members to an offset, and leaves no word beside it. */
  void commit(String group, String topic, long offset) {
    Map<TopicPartition, OffsetAndMetadata> offsets =
        lanes(topic).stream().collect(toMap(lane -> lane, lane -> new OffsetAndMetadata(offset)));
    await(group + " has no members")
        .atMost(Pipeline.SOON)
        .ignoreExceptions()
        .untilAsserted(
            () ->
                result(
                    admin.alterConsumerGroupOffsets(pipeline.name + "." + group, offsets).all()));
  }

  /** Deletes all records that a topic holds now. */
  void deleteRecords(String topic) {
    result(
        admin
            .deleteRecords(
                ends(topic).entrySet().stream()
                    .collect(
                        toMap(
                            Map.Entry::getKey,
                            end -> RecordsToDelete.beforeOffset(end.getValue()))))
            .all());
  }

  void configure(String topic, Map<String, String> configs) {
    configure(new ConfigResource(ConfigResource.Type.TOPIC, pipeline.name + "." + topic), configs);
  }

  /** For all brokers; an empty value takes a setting back. */
  void configureBrokers(Map<String, String> configs) {
    configure(new ConfigResource(ConfigResource.Type.BROKER, ""), configs);
  }

  private void configure(ConfigResource what, Map<String, String> configs) {
    Collection<AlterConfigOp> changes =
        configs.entrySet().stream()
            .map(
                config ->
                    new AlterConfigOp(
                        new ConfigEntry(config.getKey(), config.getValue()),
                        config.getValue().isEmpty()
                            ? AlterConfigOp.OpType.DELETE
                            : AlterConfigOp.OpType.SET))
            .toList();
    result(admin.incrementalAlterConfigs(Map.of(what, changes)).all());
  }

  private static <T> T result(KafkaFuture<T> future) {
    try {
      return future.get();
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    admin.close(Duration.ofSeconds(2));
  }
}
