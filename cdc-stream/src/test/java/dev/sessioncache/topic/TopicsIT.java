package dev.sessioncache.topic;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sessioncache.command.OperationException;
import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(StackExtension.class)
class TopicsIT {

  private static final long SOON_SECONDS = 60;

  private Admin admin;

  @BeforeEach
  void connect(Stack stack) {
    admin = new KafkaClients(stack.kafkaBootstrapServers()).admin();
  }

  @AfterEach
  void disconnect() {
    admin.close();
  }

  @Test
  void shouldCreateAllTopicsCompactedWhenTheyAreMissing() throws Exception {
    LaneSettings settings = settings(3, "topics-created");

    new Topics(admin, settings).ensure();

    assertThat(partitions(settings))
        .containsOnly(
            Map.entry("topics-created.changes", 3),
            Map.entry("topics-created.entries", 3),
            Map.entry("topics-created.capture", 1),
            Map.entry("topics-created.dead-letters", 1));
    Config entries = config(settings.entriesTopic());
    assertThat(entries.get("cleanup.policy").value()).isEqualTo("compact");
    assertThat(Duration.ofMillis(Long.parseLong(entries.get("delete.retention.ms").value())))
        .isEqualTo(Duration.ofDays(7));
    assertThat(entries.get("segment.bytes").value()).isEqualTo("134217728");
    assertThat(entries.get("max.compaction.lag.ms").value()).isEqualTo("86400000");
    assertThat(config(settings.captureTopic()).get("segment.bytes").value()).isEqualTo("16777216");
    Config deadLetters = config(settings.deadLettersTopic());
    assertThat(deadLetters.get("cleanup.policy").value()).isEqualTo("delete");
    assertThat(Duration.ofMillis(Long.parseLong(deadLetters.get("retention.ms").value())))
        .isEqualTo(Duration.ofDays(7));
  }

  @Test
  void shouldLeaveTopicsAloneWhenTheyExist() throws Exception {
    Topics topics = new Topics(admin, settings(2, "topics-again"));
    topics.ensure();

    assertThatCode(topics::ensure).doesNotThrowAnyException();
  }

  @Test
  void shouldRefuseByOneLineWhenATopicHasAnotherNumberOfLanes() throws Exception {
    new Topics(admin, settings(2, "topics-other")).ensure();
    Topics topics = new Topics(admin, settings(4, "topics-other"));

    assertThatThrownBy(topics::ensure)
        .isInstanceOf(OperationException.class)
        .hasMessage(
            "topic topics-other.changes and 1 more have 2 partitions but lanes is 4: set lanes to 2,"
                + " or change the topics with warmer lanes --change-to 4");
  }

  @Test
  void shouldRefuseByOneLineWhenATopicLosesRecordsByTheirAge() throws Exception {
    Topics topics = new Topics(admin, settings(1, "topics-aged"));
    topics.ensure();
    set("topics-aged.entries", "cleanup.policy", "compact,delete");

    assertThatThrownBy(topics::ensure)
        .isInstanceOf(OperationException.class)
        .hasMessage(
            "topic topics-aged.entries has cleanup.policy=compact,delete, which loses sessions: set"
                + " it to compact");
  }

  @Test
  void shouldRefuseByOneLineWhenATopicKeepsRemovalsForLessThanAWeek() throws Exception {
    Topics topics = new Topics(admin, settings(1, "topics-short"));
    topics.ensure();
    set("topics-short.changes", "delete.retention.ms", "86400000");

    assertThatThrownBy(topics::ensure)
        .isInstanceOf(OperationException.class)
        .hasMessage(
            "topic topics-short.changes has delete.retention.ms=86400000, which loses removals: set"
                + " it to 604800000 or more");
  }

  @Test
  void shouldNameAllThatIsWrongWhenSeveralTopicsAre() throws Exception {
    new Topics(admin, settings(2, "topics-several")).ensure();
    set("topics-several.capture", "cleanup.policy", "delete");
    Topics topics = new Topics(admin, settings(3, "topics-several"));

    assertThatThrownBy(topics::ensure)
        .hasMessageContaining("topic topics-several.changes and 1 more have 2 partitions")
        .hasMessageContaining("; topic topics-several.capture has cleanup.policy=delete");
  }

  @Test
  void shouldRefuseAChangelogThatHasAnotherNumberOfLanes() throws Exception {
    Topics topics = new Topics(admin, settings(2, "topics-streams"));
    topics.ensure();
    NewTopic changelog =
        new NewTopic("topics-streams.project-lane-changelog", 3, (short) 1)
            .configs(Map.of("cleanup.policy", "compact"));
    admin.createTopics(List.of(changelog)).all().get(SOON_SECONDS, TimeUnit.SECONDS);
    TopicPresence.await(admin, changelog.name(), true);

    assertThatThrownBy(topics::ensure)
        .isInstanceOf(OperationException.class)
        .hasMessageStartingWith(
            "topic topics-streams.project-lane-changelog has 3 partitions but lanes is 2");
  }

  @Test
  void shouldTellTopicsApartThatWereMadeAnew() throws Exception {
    Topics topics = new Topics(admin, settings(1, "topics-anew"));
    Uuid first = topics.ensure();
    assertThat(topics.ensure()).isEqualTo(first);
    admin.deleteTopics(List.of("topics-anew.changes")).all().get(SOON_SECONDS, TimeUnit.SECONDS);
    TopicPresence.await(admin, "topics-anew.changes", false);

    assertThat(topics.ensure()).isNotEqualTo(first);
  }

  @Test
  @Timeout(SOON_SECONDS)
  void shouldSayThatKafkaDoesNotAnswerWhenItIsUnreachable() throws Exception {
    try (ServerSocket silent = new ServerSocket(0);
        Admin nobody = new KafkaClients("localhost:" + silent.getLocalPort()).admin()) {
      Topics topics = new Topics(nobody, settings(2, "topics-nobody"));

      assertThatThrownBy(topics::ensure)
          .isInstanceOf(OperationException.class)
          .hasMessage(
              "Kafka does not answer: is it running and reachable, and does it speak as"
                  + " kafka.security.protocol says? (KAFKA_BOOTSTRAP_SERVERS)");
    }
  }

  @Test
  void shouldCompressWhatItSends(Stack stack) throws Exception {
    LaneSettings settings = settings(1, "topics-compressed");
    new Topics(admin, settings).ensure();
    byte[] row = "{\"request_count\": 7}".repeat(100).getBytes(UTF_8);

    try (KafkaProducer<String, byte[]> producer =
        new KafkaClients(stack.kafkaBootstrapServers()).producer()) {
      producer
          .send(new ProducerRecord<>(settings.changesTopic(), "row", row))
          .get(SOON_SECONDS, TimeUnit.SECONDS);

      assertThat(producer.metrics().values())
          .filteredOn(metric -> metric.metricName().name().equals("compression-rate-avg"))
          .isNotEmpty()
          .anySatisfy(metric -> assertThat((double) metric.metricValue()).isBetween(0.001, 0.5));
    }
  }

  @Test
  void shouldNameTheSettingWhenTheHostIsUnknown() {
    KafkaClients clients = new KafkaClients("no-such-host.invalid:9092");

    assertThatThrownBy(clients::admin)
        .isInstanceOf(OperationException.class)
        .hasMessageContaining("KAFKA_BOOTSTRAP_SERVERS");
  }

  private Map<String, Integer> partitions(LaneSettings settings) throws Exception {
    List<String> names =
        List.of(
            settings.changesTopic(),
            settings.entriesTopic(),
            settings.captureTopic(),
            settings.deadLettersTopic());
    Map<String, TopicDescription> topics =
        admin.describeTopics(names).allTopicNames().get(SOON_SECONDS, TimeUnit.SECONDS);
    return topics.entrySet().stream()
        .collect(
            Collectors.toMap(Map.Entry::getKey, topic -> topic.getValue().partitions().size()));
  }

  private void set(String topic, String setting, String value) throws Exception {
    AlterConfigOp change =
        new AlterConfigOp(new ConfigEntry(setting, value), AlterConfigOp.OpType.SET);
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    admin
        .incrementalAlterConfigs(Map.of(resource, List.of(change)))
        .all()
        .get(SOON_SECONDS, TimeUnit.SECONDS);
    await("the broker has heard of it")
        .atMost(Duration.ofSeconds(SOON_SECONDS))
        .until(() -> value.equals(config(topic).get(setting).value()));
  }

  private Config config(String topic) throws Exception {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    Config config =
        admin
            .describeConfigs(List.of(resource))
            .all()
            .get(SOON_SECONDS, TimeUnit.SECONDS)
            .get(resource);
    return Objects.requireNonNull(config);
  }

  private static LaneSettings settings(int lanes, String prefix) {
    return new LaneSettings(lanes, prefix, (short) 1, Duration.ofSeconds(30));
  }
}
