package dev.sessioncache.lanes;

import dev.sessioncache.command.OperationException;
import dev.sessioncache.topic.LaneSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.GroupNotEmptyException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** What the brokers know of our topics and groups, and how they are deleted. Used by one thread. */
final class LaneAdmin {

  private static final Duration ANSWER = Duration.ofSeconds(15);
  private static final Duration GONE = Duration.ofSeconds(60);
  private static final long ASK_AGAIN_MILLIS = 100;

  private final Admin admin;
  private final LaneSettings settings;

  LaneAdmin(Admin admin, LaneSettings settings) {
    this.admin = admin;
    this.settings = settings;
  }

  /** Those of ours that are there, by name, with the changelogs of project. */
  Set<String> topics() throws InterruptedException {
    Set<String> named =
        Set.of(
            settings.changesTopic(),
            settings.entriesTopic(),
            settings.captureTopic(),
            settings.deadLettersTopic());
    Set<String> ours = new TreeSet<>();
    for (String topic : answer(admin.listTopics().names())) {
      if (named.contains(topic) || settings.isChangelog(topic)) {
        ours.add(topic);
      }
    }
    return ours;
  }

  /** Those whose records stand in a lane. */
  Set<String> topicsInLanes() throws InterruptedException {
    Set<String> inLanes = topics();
    inLanes.remove(settings.captureTopic());
    inLanes.remove(settings.deadLettersTopic());
    return inLanes;
  }

  Map<String, TopicDescription> describe(Collection<String> topics) throws InterruptedException {
    return answer(admin.describeTopics(topics).allTopicNames());
  }

  Map<ConfigResource, Config> configs(Collection<String> topics) throws InterruptedException {
    return answer(
        admin
            .describeConfigs(
                topics.stream()
                    .map(topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic))
                    .toList())
            .all());
  }

  /** The groups of project and of all applies: every Redis that is kept current has one. */
  List<String> groups() throws InterruptedException {
    List<String> groups = new ArrayList<>();
    for (GroupListing found : answer(admin.listGroups().all())) {
      String group = found.groupId();
      boolean mayBeOurs = group.startsWith(settings.prefix() + ".");
      if (group.equals(settings.projectApplication())
          || (mayBeOurs && !committed(group, settings.entriesTopic()).isEmpty())) {
        groups.add(group);
      }
    }
    return groups;
  }

  /** Empty when there is no such group. */
  Optional<ConsumerGroupDescription> group(String name) throws InterruptedException {
    try {
      return Optional.of(
          get(
              Objects.requireNonNull(
                  admin.describeConsumerGroups(List.of(name)).describedGroups().get(name))));
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GroupIdNotFoundException) {
        return Optional.empty();
      }
      throw refused("group " + name + " can't be looked at", e);
    }
  }

  /** What a group has committed of a topic, by lane. */
  Map<Integer, Long> committed(String group, String topic) throws InterruptedException {
    Map<Integer, Long> committed = new HashMap<>();
    try {
      Map<TopicPartition, OffsetAndMetadata> found =
          get(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
      found.forEach(
          (lane, offset) -> {
            if (lane.topic().equals(topic) && offset != null) {
              committed.put(lane.partition(), offset.offset());
            }
          });
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof GroupIdNotFoundException)) {
        throw refused("the offsets of group " + group + " can't be read", e);
      }
    }
    return committed;
  }

  /** Where a topic ends, by lane. */
  Map<Integer, Long> ends(String topic, int lanes) throws InterruptedException {
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    IntStream.range(0, lanes)
        .forEach(lane -> asked.put(new TopicPartition(topic, lane), OffsetSpec.latest()));
    Map<Integer, Long> ends = new HashMap<>();
    answer(admin.listOffsets(asked).all())
        .forEach((lane, end) -> ends.put(lane.partition(), end.offset()));
    return ends;
  }

  /**
   * Deletes a group with its offsets, if it is there.
   *
   * @throws OperationException when it has members
   */
  void deleteGroup(String name) throws InterruptedException {
    try {
      get(admin.deleteConsumerGroups(List.of(name)).all());
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GroupNotEmptyException) {
        throw new OperationException(
            "group " + name + " has got a member meanwhile: stop all instances and run this again",
            e);
      }
      if (!(e.getCause() instanceof GroupIdNotFoundException)) {
        throw refused("group " + name + " can't be deleted", e);
      }
    }
  }

  /** Deletes topics, and waits until the brokers know of none of them. */
  void deleteTopics(Collection<String> topics) throws InterruptedException {
    for (String topic : topics) {
      try {
        get(admin.deleteTopics(List.of(topic)).all());
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
          throw refused("topic " + topic + " can't be deleted", e);
        }
      }
    }
    long begin = System.nanoTime();
    while (!Collections.disjoint(topics(), topics)) {
      if (System.nanoTime() - begin > GONE.toNanos()) {
        throw new OperationException(
            "Kafka still has topics that it was told to delete: are all brokers up? Run this again");
      }
      Thread.sleep(ASK_AGAIN_MILLIS);
    }
  }

  private static <T> T answer(KafkaFuture<T> future) throws InterruptedException {
    try {
      return get(future);
    } catch (ExecutionException e) {
      throw refused("Kafka does not tell of our topics", e);
    }
  }

  private static <T> T get(KafkaFuture<T> future) throws InterruptedException, ExecutionException {
    try {
      return future.get(ANSWER.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw unreachable(e);
    }
  }

  private static OperationException refused(String what, ExecutionException e) {
    return e.getCause() instanceof org.apache.kafka.common.errors.TimeoutException
        ? unreachable(e)
        : new OperationException(what + ": may we? --verbose tells more", e);
  }

  private static OperationException unreachable(Exception e) {
    return new OperationException(
        "Kafka does not answer: is it running and reachable? (KAFKA_BOOTSTRAP_SERVERS)", e);
  }
}
