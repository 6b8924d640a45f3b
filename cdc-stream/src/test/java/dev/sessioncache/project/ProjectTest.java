package dev.sessioncache.project;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sessioncache.app.LoggedEvents;
import dev.sessioncache.command.OperationException;
import dev.sessioncache.lease.Priority;
import dev.sessioncache.mapping.PlatformMapping;
import dev.sessioncache.topic.KafkaSecurity;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.MissingSourceTopicException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What project makes of the end of Kafka Streams, which is real; its clients of Kafka are not. */
@Timeout(300)
class ProjectTest {

  private static final Duration SOON = Duration.ofSeconds(60);
  private static final KafkaException UNRESOLVED =
      new KafkaException("not made", new ConfigException("no name resolves"));

  private final List<KafkaStreams> made = new CopyOnWriteArrayList<>();
  private final LinkedBlockingQueue<RuntimeException> notMade = new LinkedBlockingQueue<>();
  private final LinkedBlockingQueue<Exception> noAnswers = new LinkedBlockingQueue<>();
  private final StreamsClients clients = new StreamsClients();
  private final SettableClock clock = new SettableClock(LaneDriver.NOW);
  private final ProjectProgress progress = new ProjectProgress(new SimpleMeterRegistry());
  private final Project project;
  private final LoggedEvents events = new LoggedEvents();
  private CompletableFuture<Void> running = CompletableFuture.completedFuture(null);

  ProjectTest(@TempDir Path stateDir) {
    this.project =
        new Project(
            ProjectProperties.of(
                LaneDriver.KAFKA,
                KafkaSecurity.NONE,
                LaneDriver.SETTINGS,
                new ProjectSettings(Optional.of(stateDir), 1, 0)),
            () ->
                ProjectTopology.build(
                    LaneDriver.SETTINGS,
                    PlatformMapping.create(),
                    LaneDriver.GUARD,
                    new Priority.Recency(),
                    clock,
                    progress),
            this::make,
            new Answers(),
            progress,
            new ProjectOutage("broker:9092", System::nanoTime),
            LaneDriver.BOUND,
            clock);
  }

  private KafkaStreams make(Topology topology, Properties properties) {
    RuntimeException failure = notMade.poll();
    if (failure != null) {
      throw failure;
    }
    KafkaStreams next = new KafkaStreams(topology, properties, clients);
    made.add(next);
    return next;
  }

  private void start() {
    running = CompletableFuture.runAsync(project, task -> new Thread(task, "project").start());
  }

  @AfterEach
  void close() {
    project.close();
    events.close();
  }

  @Test
  void shouldGoOnWithANewClientWhenAThreadHasFailedSinceKafkaIsAway() {
    start();
    clients.assignLanes();
    awaitRuns(1);

    clients.failPolls(new TimeoutException("away"));
    await("it waits").atMost(SOON).until(() -> events.count("project_failed") == 1);
    assertThat(project.whyNotReady()).contains("Kafka at broker:9092 is waited for");
    await("a new client").atMost(SOON).until(() -> made.size() == 2);
    clients.assignLanes();

    awaitRuns(2);
    assertThat(events.count("project_continues")).isEqualTo(1);
    assertThat(made.get(0).state()).isEqualTo(KafkaStreams.State.ERROR);
    assertThat(running).isNotDone();
  }

  /** A Streams thread that fails so while it is replaced is gone without a word. */
  @Test
  void shouldTryAgainUntilAClientCanBeMade() {
    start();
    await("it polls").atMost(SOON).until(clients::polls);
    noAnswers.add(UNRESOLVED);
    noAnswers.add(new ExecutionException(new TimeoutException("no answer")));
    notMade.add(UNRESOLVED);

    clients.failPolls(new TimeoutException("away"));

    await("a new client").atMost(SOON).until(() -> made.size() == 2);
    assertThat(notMade).isEmpty();
    assertThat(noAnswers).isEmpty();
    clients.assignLanes();
    awaitRuns(2);
    assertThat(events.count("project_failed")).as("told once for all four").isEqualTo(1);
  }

  @Test
  void shouldWaitForATopicThatABrokerDoesNotKnowYet() {
    start();
    await("it polls").atMost(SOON).until(clients::polls);
    noAnswers.add(new ExecutionException(new UnknownTopicOrPartitionException("not yet")));

    clients.failPolls(new MissingSourceTopicException("not yet"));

    await("a new client").atMost(SOON).until(() -> made.size() == 2);
    assertThat(running).isNotDone();
  }

  /** The local state is of another topic then. */
  @Test
  void shouldEndWhenTheTopicWasMadeAnewMeanwhile() {
    OperationException anew = new OperationException("made anew");
    noAnswers.add(anew);
    start();

    clients.failPolls(new TimeoutException("away"));

    assertThatThrownBy(() -> running.get(SOON.toSeconds(), TimeUnit.SECONDS)).hasCause(anew);
  }

  @Test
  void shouldEndWithItsCauseWhenKafkaRefuses() {
    start();

    clients.failPolls(new TopicAuthorizationException("no"));

    assertThatThrownBy(running::join)
        .isInstanceOf(CompletionException.class)
        .cause()
        .isInstanceOf(OperationException.class)
        .hasMessageContaining("project has failed")
        .hasRootCauseInstanceOf(TopicAuthorizationException.class);
    assertThat(made).hasSize(1);
  }

  @Test
  void shouldEndAtOnceWhenClosedWhileKafkaIsWaitedFor() {
    start();
    for (int attempt = 0; attempt < 100; attempt++) {
      noAnswers.add(UNRESOLVED);
    }
    clients.failPolls(new TimeoutException("away"));
    await("it waits").atMost(SOON).until(() -> noAnswers.size() < 98);

    project.close();

    await("it ends, and not after its pause").atMost(Duration.ofSeconds(4)).until(running::isDone);
    assertThat(running).isCompleted();
  }

  @Test
  void shouldMeasureThePresentClient() {
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    project.bindTo(meters);
    start();
    clients.assignLanes();
    awaitRuns(1);
    clients.failPolls(new TimeoutException("away"));
    await("a new client").atMost(SOON).until(() -> made.size() == 2);
    clients.assignLanes();
    awaitRuns(2);

    await("its threads")
        .atMost(SOON)
        .until(
            () ->
                Optional.ofNullable(meters.find("kafka.stream.alive.stream.threads").gauge())
                    .map(gauge -> gauge.value() == 1)
                    .orElse(false));
  }

  @Test
  void shouldNotBeReadyWhileTheNewestPulseOfALaneIsOlderThanTheBound() {
    start();
    clients.assignLanes();
    awaitRuns(1);
    long now = clock.millis();
    progress.stands(0, new ProjectProgress.Lane(false, true, now, 0));
    progress.stands(1, new ProjectProgress.Lane(false, true, 0, 0)); // has read no pulse yet
    assertThat(project.whyNotReady()).isEmpty();

    progress.stands(
        0, new ProjectProgress.Lane(false, true, now - LaneDriver.BOUND.toMillis() - 1, 0));

    assertThat(project.whyNotReady()).contains("lanes [0] are behind");
  }

  private void awaitRuns(int number) {
    await("it runs")
        .atMost(SOON)
        .until(
            () ->
                made.size() == number
                    && project.whyNotReady().isEmpty()
                    && made.get(number - 1).state() == KafkaStreams.State.RUNNING);
  }

  /** Kafka answers, unless told otherwise. */
  private final class Answers extends ChangesTopic {

    Answers() {
      super(Map.of(), "changes", Uuid.ZERO_UUID);
    }

    @Override
    void requireTheSame() throws ExecutionException {
      Exception failure = noAnswers.poll();
      if (failure instanceof ExecutionException refusal) {
        throw refusal;
      }
      if (failure != null) {
        throw (RuntimeException) failure;
      }
    }
  }
}
