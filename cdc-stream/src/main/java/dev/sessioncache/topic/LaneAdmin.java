package dev.sessioncache.topic;

import dev.sessioncache.command.OperationException;
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
public final class LaneAdmin {

  private static final String MAY_WE = ": may we? --verbose tells more";
  private static final Duration GONE = Duration.ofSeconds(60);
  private static final long ASK_AGAIN_MILLIS = 100;

  private final Admin admin;
  private final LaneSettings settings;

  public LaneAdmin(Admin admin, LaneSettings settings) {
    this.admin = admin;
    this.settings = settings;
  }

  /** Those of ours that are there, by name, with the changelogs of project. */
  public Set<String> topics() throws InterruptedException {
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
  public Set<String> topicsInLanes() throws InterruptedException {
    Set<String> inLanes = topics();
    inLanes.remove(settings.captureTopic());
    inLanes.remove(settings.deadLettersTopic());
    return inLanes;
  }

  public Map<String, TopicDescription> describe(Collection<String> topics)
      throws InterruptedException {
    return answer(admin.describeTopics(topics).allTopicNames());
  }

  public Map<ConfigResource, Config> configs(Collection<String> topics)
      throws InterruptedException {
    return answer(
        admin
            .describeConfigs(
                topics.stream()
                    .map(topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic))
                    .toList())
            .all());
  }

  /** The groups of project and of all applies: every Redis that is kept current has one. */
  public List<String> groups() throws InterruptedException {
    List<String> groups = new ArrayList<>();
    for (GroupListing found : answer(admin.listGroups().all())) {
      if (isOurs(found.groupId())) {
        groups.add(found.groupId());
      }
    }
    return groups;
  }

  /** Another installation's prefix may begin with ours: a group is told by what it reads. */
  private boolean isOurs(String group) throws InterruptedException {
    return group.equals(settings.projectApplication())
        || (group.startsWith(settings.prefix() + ".")
            && (!committed(group, settings.entriesTopic()).isEmpty() || hasMemberWithLanes(group)));
  }

  private boolean hasMemberWithLanes(String group) throws InterruptedException {
    return group(group).stream()
        .flatMap(found -> found.members().stream())
        .flatMap(member -> member.assignment().topicPartitions().stream())
        .anyMatch(lane -> lane.topic().equals(settings.entriesTopic()));
  }

  /**
   * Refuses to go on with what is in use.
   *
   * @throws OperationException when a group of ours has members
   */
  public void requireStopped() throws InterruptedException {
    for (String group : groups()) {
      int members = group(group).map(found -> found.members().size()).orElse(0);
      if (members > 0) {
        throw new OperationException(
            "group "
                + group
                + " has "
                + members
                + (members == 1 ? " member" : " members")
                + ": stop all instances of the stream; one that was killed leaves after"
                + " kafka.session.timeout");
      }
    }
  }

  /** Empty when there is no such group. */
  public Optional<ConsumerGroupDescription> group(String name) throws InterruptedException {
    try {
      return Optional.of(
          KafkaAnswer.get(
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
  public Map<Integer, Long> committed(String group, String topic) throws InterruptedException {
    Map<Integer, Long> committed = new HashMap<>();
    try {
      Map<TopicPartition, OffsetAndMetadata> found =
          KafkaAnswer.get(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
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
  public Map<Integer, Long> ends(String topic, int lanes) throws InterruptedException {
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
  public void deleteGroup(String name) throws InterruptedException {
    try {
      KafkaAnswer.get(admin.deleteConsumerGroups(List.of(name)).all());
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
  public void deleteTopics(Collection<String> topics) throws InterruptedException {
    for (String topic : topics) {
      try {
        KafkaAnswer.get(admin.deleteTopics(List.of(topic)).all());
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
    return KafkaAnswer.of(future, "Kafka does not tell of our topics" + MAY_WE);
  }

  private static OperationException refused(String what, ExecutionException e) {
    return KafkaAnswer.failure(e, what + MAY_WE);
  }
}
