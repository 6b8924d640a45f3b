package dev.sessioncache.topic;

import dev.sessioncache.command.OperationException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;

/** Creates the topics that are missing and refuses ones with another number of lanes. */
public final class Topics {

  private static final long ANSWER_SECONDS = 15;

  /** A removal must outlast the longest stop of a consumer: later it could miss it. */
  private static final String TOMBSTONES_KEPT = String.valueOf(TimeUnit.DAYS.toMillis(7));

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
    create(settings.changesTopic(), settings.count());
    create(settings.entriesTopic(), settings.count());
    create(settings.captureTopic(), 1);
    check(settings.changesTopic());
    check(settings.entriesTopic());
  }

  private void create(String name, int partitions) throws InterruptedException {
    Optional<Short> replication =
        settings.replication() < 0 ? Optional.empty() : Optional.of(settings.replication());
    NewTopic topic =
        new NewTopic(name, Optional.of(partitions), replication)
            .configs(
                Map.of(
                    TopicConfig.CLEANUP_POLICY_CONFIG,
                    TopicConfig.CLEANUP_POLICY_COMPACT,
                    TopicConfig.DELETE_RETENTION_MS_CONFIG,
                    TOMBSTONES_KEPT,
                    TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                    Integer.toString(LaneSettings.MAX_RECORD_BYTES)));
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

  private void check(String name) throws InterruptedException {
    try {
      TopicDescription topic =
          admin
              .describeTopics(List.of(name))
              .allTopicNames()
              .get(ANSWER_SECONDS, TimeUnit.SECONDS)
              .get(name);
      int partitions = topic == null ? 0 : topic.partitions().size();
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
    } catch (ExecutionException e) {
      throw failure(e, "Kafka does not describe topic " + name + ": may we read it?");
    } catch (TimeoutException e) {
      throw unreachable(e);
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
