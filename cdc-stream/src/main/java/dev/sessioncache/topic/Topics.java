package dev.sessioncache.topic;

import dev.sessioncache.command.OperationException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.CreateTopicsResult;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates the topics that are missing and refuses ones with another number of lanes, or that lose
 * records which are needed.
 */
public final class Topics {

  private static final Logger log = LoggerFactory.getLogger(Topics.class);
  private static final long ASK_AGAIN_MILLIS = 50;

  /** From so many on one may be lost, and what two have acknowledged is still there. */
  private static final int REPLICAS_TO_SPARE = 3;

  /**
   * How long a removal stays in a compacted topic. Whoever was away for longer may have missed it.
   */
  public static final Duration REMOVALS_KEPT = Duration.ofDays(7);

  private final Admin admin;
  private final LaneSettings settings;

  public Topics(Admin admin, LaneSettings settings) {
    this.admin = admin;
    this.settings = settings;
  }

  /** What the changelogs of Kafka Streams are created with, beside what it says itself. */
  public static Map<String, String> changelogConfigs() {
    return TopicShape.changelogConfigs();
  }

  /**
   * Makes sure that all topics are there and as they must be, those of Kafka Streams too as far as
   * it has made them.
   *
   * @return the id of {@code changes}: another one when it was deleted and made again
   * @throws OperationException when Kafka does not answer, refuses, or has topics of another shape,
   *     with all that is wrong
   */
  public Uuid ensure() throws InterruptedException {
    for (TopicShape shape : shapes()) {
      create(shape);
    }
    TopicProblems problems = problems(shapes());
    problems.warnings().forEach(warning -> log.warn("event=topic hint=\"{}\"", warning));
    if (!problems.problems().isEmpty()) {
      throw new OperationException(String.join("; ", problems.problems()));
    }
    return describe(settings.changesTopic()).topicId();
  }

  /**
   * Looks at the topics that are there; changes nothing.
   *
   * @throws OperationException when Kafka does not answer
   */
  public Review review() throws InterruptedException {
    Set<String> present =
        KafkaAnswer.of(admin.listTopics().names(), "Kafka does not list its topics");
    List<TopicShape> there =
        shapes().stream().filter(shape -> present.contains(shape.name())).toList();
    TopicProblems problems = problems(there);
    return new Review(
        brokers(), shapes().size() - there.size(), problems.problems(), problems.warnings());
  }

  /**
   * What there is of our topics.
   *
   * @param brokers of the cluster
   * @param missing topics, which the first start creates
   * @param problems that stop the start, one line each
   * @param warnings of what may lose something one day, one line each
   */
  public record Review(int brokers, int missing, List<String> problems, List<String> warnings) {}

  private List<TopicShape> shapes() {
    return List.of(
        TopicShape.lanes(settings.changesTopic(), settings.count()),
        TopicShape.lanes(settings.entriesTopic(), settings.count()),
        TopicShape.capture(settings.captureTopic()),
        TopicShape.deadLetters(settings.deadLettersTopic()));
  }

  private TopicProblems problems(List<TopicShape> shapes) throws InterruptedException {
    TopicProblems problems = new TopicProblems(settings.count());
    int brokers = brokers();
    for (TopicShape shape : shapes) {
      check(shape, brokers, problems);
    }
    for (String changelog : changelogs()) {
      problems.requireLanes(changelog, describe(changelog).partitions().size());
      problems.requireCompacted(changelog, config(changelog));
    }
    return problems;
  }

  private int brokers() throws InterruptedException {
    return KafkaAnswer.of(admin.describeCluster().nodes(), "Kafka does not tell its brokers")
        .size();
  }

  private void create(TopicShape shape) throws InterruptedException {
    Optional<Short> replication =
        settings.replication() < 0 ? Optional.empty() : Optional.of(settings.replication());
    NewTopic topic =
        new NewTopic(shape.name(), Optional.of(shape.partitions()), replication)
            .configs(shape.configs());
    CreateTopicsResult created = admin.createTopics(List.of(topic));
    try {
      KafkaAnswer.get(created.all());
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof TopicExistsException) && !mayNotButIsThere(e, shape.name())) {
        throw KafkaAnswer.failure(
            e,
            "Kafka refuses to create topic "
                + shape.name()
                + ": create it by hand or grant us that");
      }
      return;
    }
    int replicas =
        KafkaAnswer.of(created.replicationFactor(shape.name()), "Kafka does not tell replicas");
    if (replicas >= REPLICAS_TO_SPARE) {
      requireTwoInSync(shape.name());
    }
  }

  /** Whether it may be made is looked at first. */
  private boolean mayNotButIsThere(ExecutionException e, String name) throws InterruptedException {
    return e.getCause() instanceof TopicAuthorizationException
        && KafkaAnswer.of(admin.listTopics().names(), "Kafka does not list its topics")
            .contains(name);
  }

  /** The broker says 1: then a change may be acknowledged that one disk alone holds. */
  private void requireTwoInSync(String name) throws InterruptedException {
    AlterConfigOp change =
        new AlterConfigOp(
            new ConfigEntry(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG, "2"),
            AlterConfigOp.OpType.SET);
    KafkaAnswer.of(
        admin
            .incrementalAlterConfigs(
                Map.of(new ConfigResource(ConfigResource.Type.TOPIC, name), List.of(change)))
            .all(),
        "Kafka refuses to set min.insync.replicas of topic " + name);
  }

  private void check(TopicShape shape, int brokers, TopicProblems problems)
      throws InterruptedException {
    TopicDescription topic = describe(shape.name());
    if (shape.inLanes()) {
      problems.requireLanes(shape.name(), topic.partitions().size());
    }
    Config config = config(shape.name());
    if (shape.isCompacted()) {
      problems.requireKept(shape.name(), config);
    }
    problems.advise(shape.name(), topic.partitions().get(0).replicas().size(), brokers, config);
  }

  private List<String> changelogs() throws InterruptedException {
    return KafkaAnswer.of(admin.listTopics().names(), "Kafka does not list its topics").stream()
        .filter(settings::isChangelog)
        .sorted()
        .toList();
  }

  /** What to say of topics in lanes that have another number of them than the settings. */
  public static String otherLanes(List<String> names, int partitions, int lanes) {
    return (names.size() == 1
            ? "topic " + names.get(0) + " has "
            : "topic " + names.get(0) + " and " + (names.size() - 1) + " more have ")
        + partitions
        + " partitions but lanes is "
        + lanes
        + ": set lanes to "
        + partitions
        + ", or change the topics with warmer lanes --change-to "
        + lanes;
  }

  private Config config(String topic) throws InterruptedException {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    return Objects.requireNonNull(
        KafkaAnswer.of(
                admin.describeConfigs(List.of(resource)).all(),
                "Kafka does not tell the settings of topic "
                    + topic
                    + ": grant us DESCRIBE_CONFIGS")
            .get(resource));
  }

  /** A broker may not have heard yet of a topic that was created a moment ago. */
  private TopicDescription describe(String name) throws InterruptedException {
    long end = System.nanoTime() + KafkaAnswer.PATIENCE.toNanos();
    while (true) {
      try {
        return Objects.requireNonNull(
            KafkaAnswer.get(admin.describeTopics(List.of(name)).allTopicNames()).get(name));
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof UnknownTopicOrPartitionException)
            || System.nanoTime() - end > 0) {
          throw KafkaAnswer.failure(
              e, "Kafka does not describe topic " + name + ": may we read it?");
        }
        Thread.sleep(ASK_AGAIN_MILLIS);
      }
    }
  }
}
