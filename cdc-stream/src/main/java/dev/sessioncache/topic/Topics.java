package dev.sessioncache.topic;

import dev.sessioncache.command.OperationException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Creates the topics that are missing and refuses ones with another number of lanes, or that lose
 * records which are needed.
 */
public final class Topics {

  private static final long ANSWER_SECONDS = 15;
  private static final long ASK_AGAIN_MILLIS = 50;

  /**
   * How long a removal stays in a compacted topic. Whoever was away for longer may have missed it.
   */
  public static final Duration REMOVALS_KEPT = Duration.ofDays(7);

  private static final String A_WEEK = String.valueOf(REMOVALS_KEPT.toMillis());

  /** A removal must outlast the longest stop of a consumer: later it could miss it. */
  private static final Map<String, String> COMPACTED =
      Map.of(
          TopicConfig.CLEANUP_POLICY_CONFIG,
          TopicConfig.CLEANUP_POLICY_COMPACT,
          TopicConfig.DELETE_RETENTION_MS_CONFIG,
          A_WEEK,
          TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
          Integer.toString(LaneSettings.MAX_RECORD_BYTES));

  private static final Map<String, String> KEPT_FOR_A_WEEK =
      Map.of(
          TopicConfig.CLEANUP_POLICY_CONFIG,
          TopicConfig.CLEANUP_POLICY_DELETE,
          TopicConfig.RETENTION_MS_CONFIG,
          A_WEEK,
          TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
          Integer.toString(DeadLetter.MAX_LETTER_BYTES));

  private final Admin admin;
  private final LaneSettings settings;

  public Topics(Admin admin, LaneSettings settings) {
    this.admin = admin;
    this.settings = settings;
  }

  /**
   * Makes sure that all topics are there.
   *
   * @throws OperationException when Kafka does not answer, refuses, or has a topic of another shape
   */
  public void ensure() throws InterruptedException {
    create(settings.changesTopic(), settings.count(), COMPACTED);
    create(settings.entriesTopic(), settings.count(), COMPACTED);
    create(settings.captureTopic(), 1, COMPACTED);
    create(settings.deadLettersTopic(), 1, KEPT_FOR_A_WEEK);
    checkLanes(settings.changesTopic());
    checkLanes(settings.entriesTopic());
    checkKept(settings.changesTopic());
    checkKept(settings.entriesTopic());
    checkKept(settings.captureTopic());
    partitions(settings.deadLettersTopic()); // any number will do
  }

  private void create(String name, int partitions, Map<String, String> configs)
      throws InterruptedException {
    Optional<Short> replication =
        settings.replication() < 0 ? Optional.empty() : Optional.of(settings.replication());
    NewTopic topic = new NewTopic(name, Optional.of(partitions), replication).configs(configs);
    try {
      admin.createTopics(List.of(topic)).all().get(ANSWER_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw failure(
            e, "Kafka refuses to create topic " + name + ": create it by hand or grant us that");
      }
    } catch (TimeoutException e) {
      throw unreachable(e);
    }
  }

  private void checkLanes(String name) throws InterruptedException {
    int partitions = partitions(name);
    if (partitions != settings.count()) {
      throw new OperationException(
          "topic "
              + name
              + " has "
              + partitions
              + " partitions but lanes is "
              + settings.count()
              + ": set lanes to that number, or take a new topics.prefix");
    }
  }

  /** A topic that loses records by their age would lose sessions, and removals without a trace. */
  private void checkKept(String name) throws InterruptedException {
    Config config = config(name);
    String policy = value(config, TopicConfig.CLEANUP_POLICY_CONFIG);
    if (!policy.equals(TopicConfig.CLEANUP_POLICY_COMPACT)) {
      throw new OperationException(
          "topic "
              + name
              + " has cleanup.policy="
              + policy
              + ", which loses sessions: set it to compact");
    }
    String retention = value(config, TopicConfig.DELETE_RETENTION_MS_CONFIG);
    if (Long.parseLong(retention) < REMOVALS_KEPT.toMillis()) {
      throw new OperationException(
          "topic "
              + name
              + " has delete.retention.ms="
              + retention
              + ", which loses removals: set it to "
              + A_WEEK
              + " or more");
    }
  }

  private static String value(Config config, String name) {
    return Objects.requireNonNull(config.get(name), name).value();
  }

  private Config config(String topic) throws InterruptedException {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    try {
      return Objects.requireNonNull(
          admin
              .describeConfigs(List.of(resource))
              .all()
              .get(ANSWER_SECONDS, TimeUnit.SECONDS)
              .get(resource));
    } catch (ExecutionException e) {
      throw failure(
          e, "Kafka does not tell the settings of topic " + topic + ": grant us DESCRIBE_CONFIGS");
    } catch (TimeoutException e) {
      throw unreachable(e);
    }
  }

  /** A broker may not have heard yet of a topic that was created a moment ago. */
  private int partitions(String name) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(ANSWER_SECONDS);
    while (true) {
      try {
        TopicDescription topic =
            admin
                .describeTopics(List.of(name))
                .allTopicNames()
                .get(ANSWER_SECONDS, TimeUnit.SECONDS)
                .get(name);
        return topic == null ? 0 : topic.partitions().size();
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof UnknownTopicOrPartitionException)
            || System.nanoTime() - end > 0) {
          throw failure(e, "Kafka does not describe topic " + name + ": may we read it?");
        }
        Thread.sleep(ASK_AGAIN_MILLIS);
      } catch (TimeoutException e) {
        throw unreachable(e);
      }
    }
  }

  /** The client gives up by itself before we do. */
  private static OperationException failure(ExecutionException e, String refusal) {
    return e.getCause() instanceof org.apache.kafka.common.errors.TimeoutException
        ? unreachable(e)
        : new OperationException(refusal, e);
  }

  private static OperationException unreachable(Exception e) {
    return new OperationException(
        "Kafka does not answer: is it running and reachable? (KAFKA_BOOTSTRAP_SERVERS)", e);
  }
}
