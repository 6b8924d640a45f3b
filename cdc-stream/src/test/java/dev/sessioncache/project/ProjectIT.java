package dev.sessioncache.project;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sessioncache.app.LoggedEvents;
import dev.sessioncache.changes.ChangeFormat;
import dev.sessioncache.changes.ChangeLine;
import dev.sessioncache.changes.ControlRecords;
import dev.sessioncache.changes.Epoch;
import dev.sessioncache.command.OperationException;
import dev.sessioncache.config.BootstrapServers;
import dev.sessioncache.lease.Priority;
import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import dev.sessioncache.mapping.PlatformMapping;
import dev.sessioncache.topic.KafkaClients;
import dev.sessioncache.topic.KafkaSecurity;
import dev.sessioncache.topic.KafkaSettings;
import dev.sessioncache.topic.LaneSettings;
import dev.sessioncache.topic.Topics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.processor.internals.DefaultKafkaClientSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** A Streams thread fails while Kafka is away: project goes on over a real broker. */
@ExtendWith(StackExtension.class)
@Timeout(300)
class ProjectIT {

  private static final Duration SOON = Duration.ofSeconds(60);
  private static final LaneSettings LANES =
      new LaneSettings(1, "project_it", (short) 1, Duration.ofSeconds(30));

  private final AtomicBoolean fails = new AtomicBoolean();
  private final ProjectProgress progress = new ProjectProgress(new SimpleMeterRegistry());
  private final Stack stack;
  private final KafkaClients clients;
  private final Producer<String, byte[]> changes;
  private final Map<String, Object> connection;
  private final LoggedEvents events = new LoggedEvents();
  private Uuid topic = Uuid.ZERO_UUID;
  private Project project;

  ProjectIT(Stack stack) {
    this.stack = stack;
    this.clients = new KafkaClients(stack.kafkaBootstrapServers());
    this.changes = clients.producer();
    this.connection = Map.of("bootstrap.servers", stack.kafkaBootstrapServers());
  }

  @BeforeEach
  void makeProject(@TempDir Path stateDir) throws Exception {
    try (Admin admin = clients.admin()) {
      topic = new Topics(admin, LANES).ensure();
    }
    KafkaSettings kafka =
        new KafkaSettings(
            BootstrapServers.parse(stack.kafkaBootstrapServers()), Duration.ofSeconds(3));
    project =
        new Project(
            ProjectProperties.of(
                kafka, KafkaSecurity.NONE, LANES, new ProjectSettings(Optional.of(stateDir), 1, 0)),
            () ->
                ProjectTopology.build(
                    LANES,
                    PlatformMapping.create(),
                    LaneDriver.GUARD,
                    new Priority.Recency(),
                    Clock.systemUTC(),
                    progress),
            (topology, properties) -> new KafkaStreams(topology, properties, new Failing()),
            new ChangesTopic(connection, LANES.changesTopic(), topic),
            progress,
            new ProjectOutage(stack.kafkaBootstrapServers(), System::nanoTime),
            LANES.stalenessBound(),
            Clock.systemUTC());
  }

  @AfterEach
  void close() {
    stack.kafka().resume();
    project.close();
    changes.close();
    events.close();
  }

  @Test
  void shouldGoOnWhenAThreadHasFailedWhileKafkaIsSilent() {
    CompletableFuture<Void> running =
        CompletableFuture.runAsync(project, task -> new Thread(task, "project").start());
    awaitRead(pulse());

    stack.kafka().pause();
    fails.set(true);
    await("it waits").atMost(SOON).until(() -> events.count("project_failed") == 1);
    assertThat(project.whyNotReady()).isPresent();
    await("no lane is its own").atMost(SOON).until(() -> progress.lanes().isEmpty());
    stack.kafka().resume();

    awaitRead(pulse());
    assertThat(events.count("project_continues")).isEqualTo(1);
    assertThat(events.count("project_failed")).isEqualTo(1);
    assertThat(events.text()).as("stack traces").doesNotContain("\tat ");
    assertThat(running).isNotDone();
  }

  @Test
  void shouldKnowWhichTopicItBeganWith() throws Exception {
    new ChangesTopic(connection, LANES.changesTopic(), topic).requireTheSame();

    assertThatThrownBy(
            new ChangesTopic(connection, LANES.changesTopic(), Uuid.randomUuid())::requireTheSame)
        .isInstanceOf(OperationException.class)
        .hasMessageContaining("was made anew");
    assertThatThrownBy(new ChangesTopic(connection, "none", topic)::requireTheSame)
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(UnknownTopicOrPartitionException.class);
    assertThatThrownBy(
            new ChangesTopic(Map.of("bootstrap.servers", "nowhere.invalid:1"), "none", topic)
                ::requireTheSame)
        .isInstanceOf(KafkaException.class);
  }

  private long pulse() {
    long now = System.currentTimeMillis();
    ChangeLine line = ChangeLine.of(ControlRecords.pulse(now, true));
    ProducerRecord<String, byte[]> record =
        new ProducerRecord<>(LANES.changesTopic(), 0, line.key(), line.value());
    record.headers().add(ChangeFormat.EPOCH_HEADER, new Epoch(1, 1).toString().getBytes(UTF_8));
    var unused = changes.send(record);
    return now;
  }

  private void awaitRead(long pulse) {
    await("pulse")
        .atMost(SOON)
        .until(
            () ->
                progress.lanes().values().stream()
                    .anyMatch(lane -> lane.watermarkMillis() == pulse));
  }

  /** Fails a poll when told to, as a client does whose wait for Kafka has come to its end. */
  private final class Failing extends DefaultKafkaClientSupplier {

    @Override
    public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
      return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer()) {
        @Override
        public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
          if (fails.getAndSet(false)) {
            throw new TimeoutException("as when Kafka is away");
          }
          return super.poll(timeout);
        }
      };
    }
  }
}
