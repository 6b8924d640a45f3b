package dev.sessioncache.project;

import dev.sessioncache.command.OperationException;
import dev.sessioncache.lease.Priority;
import dev.sessioncache.mapping.SessionMapping;
import dev.sessioncache.topic.KafkaConnection;
import dev.sessioncache.topic.KafkaOutage;
import dev.sessioncache.topic.KafkaSecurity;
import dev.sessioncache.topic.KafkaSettings;
import dev.sessioncache.topic.LaneSettings;
import dev.sessioncache.topic.Topics;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.kafka.KafkaStreamsMetrics;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Project: runs the topology until closed. State that can't be opened is deleted once and restored
 * from Kafka; a Kafka that is away is waited for; any other failure of a Streams thread stops the
 * client and ends {@link #run} with its cause; the process is then to end.
 */
public final class Project implements Runnable, AutoCloseable {

  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  /** Longer than any; Streams adds it to its clock, so there is no "for ever". */
  private static final Duration OUTAGE = Duration.ofDays(365);

  /** Between the end of a thread and the next. */
  private static final Duration BACK_OFF = Duration.ofSeconds(1);

  private static final Logger log = LoggerFactory.getLogger(Project.class);

  private final Properties properties;
  private final String brokers;
  private final Supplier<Topology> topology;
  private final CompletableFuture<Void> closed = new CompletableFuture<>();
  private volatile KafkaStreams streams;
  private @Nullable KafkaStreamsMetrics metrics;
  private @Nullable MeterRegistry meters;

  /**
   * Starts nothing yet.
   *
   * @param changes id of the topic, by which a local state of lanes that are gone is known
   */
  public Project(
      KafkaSettings kafka,
      KafkaSecurity security,
      LaneSettings lanes,
      ProjectSettings settings,
      SessionMapping mapping,
      Duration lease,
      Priority priority,
      Clock clock,
      ProjectProgress progress,
      Uuid changes) {
    this.properties = properties(kafka, security, lanes, settings);
    this.brokers = kafka.bootstrapServers().value();
    this.topology = () -> ProjectTopology.build(lanes, mapping, lease, priority, clock, progress);
    this.streams = create(topology.get(), properties);
    forgetOtherLanes(new LocalState(stateDir(settings), lanes.projectApplication(), changes));
  }

  private void forgetOtherLanes(LocalState state) {
    if (!state.isOfThePresentTopic()) {
      log.info("event=state_begins_anew hint=\"what was stored, if anything, is of other lanes\"");
      streams.cleanUp();
      state.note();
    }
  }

  private static KafkaStreams create(Topology topology, Properties properties) {
    try {
      return new KafkaStreams(topology, properties);
    } catch (StreamsException e) {
      throw new OperationException(
          "the state directory "
              + properties.get(StreamsConfig.STATE_DIR_CONFIG)
              + " can't be used: is another instance running in it? Give each its own with"
              + " project.state.dir",
          e);
    }
  }

  static Properties properties(
      KafkaSettings kafka, KafkaSecurity security, LaneSettings lanes, ProjectSettings settings) {
    Properties properties = new Properties();
    properties.putAll(KafkaConnection.properties(kafka, security));
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, lanes.projectApplication());
    properties.put(StreamsConfig.STATE_DIR_CONFIG, stateDir(settings).toString());
    properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, settings.threads());
    properties.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, settings.standbys());
    properties.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, Short.toString(lanes.replication()));
    // State, entries and offsets move together, or a crash could keep a deletion in the state and
    // lose its
    // removal. Apply does not wait for the commit (docs/decisions/0004).
    properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 500);
    // Streams says 5 minutes, then its thread fails: a Kafka that is away would end the process.
    properties.put(StreamsConfig.TASK_TIMEOUT_MS_CONFIG, OUTAGE.toMillis());
    properties.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
    properties.put(
        StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), 0); // Streams says 100
    properties.put(
        StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG),
        LaneSettings.MAX_RECORD_BYTES);
    // A row is a record of the changelogs too; the broker says 1 MiB.
    properties.put(
        StreamsConfig.topicPrefix(TopicConfig.MAX_MESSAGE_BYTES_CONFIG),
        Integer.toString(LaneSettings.MAX_RECORD_BYTES));
    // The broker says a day: an instance that comes back to its state directory after that would
    // keep rows that are gone.
    properties.put(
        StreamsConfig.topicPrefix(TopicConfig.DELETE_RETENTION_MS_CONFIG),
        Long.toString(Topics.REMOVALS_KEPT.toMillis()));
    // Streams says 10 s: a change of a user with very many sessions is made in one go. But a
    // process that dies together with its state directory leaves its transaction open for so long,
    // and its lanes wait for it.
    properties.put(StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG), 20_000);
    // Without changes a poll holds up what a lane publishes for so long; Streams says 100.
    properties.put(StreamsConfig.POLL_MS_CONFIG, 20);
    properties.put(
        StreamsConfig.mainConsumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
    properties.put(
        StreamsConfig.mainConsumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG),
        (int) kafka.sessionTimeout().toMillis());
    properties.put(
        StreamsConfig.mainConsumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG),
        (int) kafka.sessionTimeout().toMillis() / 3);
    return properties;
  }

  private static Path stateDir(ProjectSettings settings) {
    return settings
        .stateDir()
        .orElse(Path.of(System.getProperty("user.home"), ".session-cache-warmer", "state"));
  }

  /** Has the figures of Kafka Streams among these from now on. */
  public synchronized void bindTo(MeterRegistry registry) {
    meters = registry;
    measure();
  }

  private synchronized void measure() {
    if (meters != null) {
      KafkaStreamsMetrics made = new KafkaStreamsMetrics(streams);
      made.bindTo(meters);
      metrics = made;
    }
  }

  private synchronized void endMeasuring() {
    if (metrics != null) {
      metrics.close();
    }
  }

  /** Why project does not do its work; empty while it does. */
  public Optional<String> whyNotReady() {
    KafkaStreams.State state = streams.state();
    return state.isRunningOrRebalancing() ? Optional.empty() : Optional.of("it is " + state);
  }

  /** Before {@link #run}: what Kafka holds of the state is then restored. */
  public synchronized void forgetLocalState() {
    streams.cleanUp();
  }

  @Override
  public void run() {
    try {
      runUntilClosed();
    } catch (RuntimeException e) {
      if (!isOfTheState(e)) {
        throw failure(e);
      }
      log.warn("event=state_damaged hint=\"it is deleted and restored from Kafka\"");
      try {
        deleteState();
        runUntilClosed();
      } catch (RuntimeException again) {
        throw failure(again);
      }
    }
  }

  private void runUntilClosed() {
    CompletableFuture<Object> end;
    synchronized (this) {
      if (closed.isDone()) {
        return;
      }
      CompletableFuture<Object> failed = new CompletableFuture<>();
      streams.setUncaughtExceptionHandler(
          failure -> {
            if (KafkaOutage.is(failure) && !isOfTheState(failure)) {
              return again(failure);
            }
            failed.completeExceptionally(failure);
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
          });
      streams.start();
      end = CompletableFuture.anyOf(closed, failed);
    }
    end.join();
  }

  /** Called by the thread that ends: the next begins when it is gone. */
  private StreamThreadExceptionResponse again(Throwable failure) {
    log.warn(
        "event=project_failed server=\"Kafka at {}\" cause=\"{}\" hint=\"it is waited for; what is"
            + " under way is done again\"",
        brokers,
        kinds(failure));
    closed.copy().completeOnTimeout(null, BACK_OFF.toMillis(), TimeUnit.MILLISECONDS).join();
    return StreamThreadExceptionResponse.REPLACE_THREAD;
  }

  /** Without their messages, which may quote records. */
  private static String kinds(Throwable failure) {
    return Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
        .map(cause -> cause.getClass().getSimpleName())
        .collect(Collectors.joining(" < "));
  }

  private static boolean isOfTheState(Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof ProcessorStateException) {
        return true;
      }
    }
    return false;
  }

  private synchronized void deleteState() {
    endMeasuring();
    streams.close(CloseOptions.timeout(CLOSE_TIMEOUT));
    streams.cleanUp();
    streams = create(topology.get(), properties);
    measure();
  }

  private static OperationException failure(RuntimeException e) {
    Throwable cause = e instanceof CompletionException && e.getCause() != null ? e.getCause() : e;
    return new OperationException(
        "project has failed ("
            + cause.getClass().getSimpleName()
            + "): start it again; --verbose tells more",
        e);
  }

  @Override
  public synchronized void close() {
    closed.complete(null);
    endMeasuring();
    streams.close(
        CloseOptions.timeout(CLOSE_TIMEOUT)
            .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
  }
}
