package dev.sessioncache.project;

import dev.sessioncache.command.OperationException;
import dev.sessioncache.mapping.SessionMapping;
import dev.sessioncache.topic.LaneSettings;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;

/**
 * Project: runs the topology until closed. Any failure of a Streams thread stops the client and
 * ends {@link #run} with its cause; the process is then to end.
 */
public final class Project implements Runnable, AutoCloseable {

  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  private final KafkaStreams streams;
  private final CompletableFuture<Void> ended = new CompletableFuture<>();

  public Project(
      String bootstrapServers,
      LaneSettings lanes,
      ProjectSettings settings,
      SessionMapping mapping,
      Clock clock) {
    Properties properties = properties(bootstrapServers, lanes, settings);
    Topology topology = ProjectTopology.build(lanes, mapping, clock);
    this.streams = create(topology, properties);
    streams.setUncaughtExceptionHandler(
        failure -> {
          ended.completeExceptionally(failure);
          return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        });
  }

  private static KafkaStreams create(Topology topology, Properties properties) {
    try {
      return new KafkaStreams(topology, properties);
    } catch (StreamsException e) {
      throw new OperationException(
          "the state directory "
              + properties.get(StreamsConfig.STATE_DIR_CONFIG)
              + " can't be used: is another instance running in it? Give each its own with project.state.dir",
          e);
    }
  }

  static Properties properties(
      String bootstrapServers, LaneSettings lanes, ProjectSettings settings) {
    Properties properties = new Properties();
    properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, lanes.projectApplication());
    properties.put(StreamsConfig.STATE_DIR_CONFIG, stateDir(settings).toString());
    properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, settings.threads());
    properties.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, Short.toString(lanes.replication()));
    // State, entries and offsets move together, or a crash could keep a deletion in the state and
    // lose its
    // removal. Apply does not wait for the commit (docs/decisions/0004).
    properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 500);
    properties.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
    properties.put(
        StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), 0); // Streams says 100
    properties.put(
        StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG),
        LaneSettings.MAX_RECORD_BYTES);
    // Streams says 10 s: the end of a baseline passes over all rows of a lane in one go.
    properties.put(
        StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG), 120_000);
    // Without changes a poll holds up what a lane publishes for so long; Streams says 100.
    properties.put(StreamsConfig.POLL_MS_CONFIG, 20);
    properties.put(
        StreamsConfig.mainConsumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
    properties.put(
        StreamsConfig.mainConsumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), 10_000);
    return properties;
  }

  private static Path stateDir(ProjectSettings settings) {
    return settings
        .stateDir()
        .orElse(Path.of(System.getProperty("user.home"), ".session-cache-warmer", "state"));
  }

  @Override
  public void run() {
    streams.start();
    try {
      ended.join();
    } catch (CompletionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new OperationException(
          "project has failed ("
              + cause.getClass().getSimpleName()
              + "): start it again; --verbose tells more",
          e);
    }
  }

  @Override
  public void close() {
    streams.close(
        CloseOptions.timeout(CLOSE_TIMEOUT)
            .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
    ended.complete(null);
  }
}
