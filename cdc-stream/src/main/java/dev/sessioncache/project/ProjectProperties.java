package dev.sessioncache.project;

import dev.sessioncache.topic.KafkaConnection;
import dev.sessioncache.topic.KafkaSecurity;
import dev.sessioncache.topic.KafkaSettings;
import dev.sessioncache.topic.LaneSettings;
import dev.sessioncache.topic.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;

/** What Kafka Streams is told, in its own names. */
final class ProjectProperties {

  /**
   * Streams adds it to its clock, so there is no "for ever". A task that has got no further for a
   * year fails as any other does that Kafka keeps waiting: {@link Project} begins again.
   */
  private static final Duration TASK_TIMEOUT = Duration.ofDays(365);

  private ProjectProperties() {}

  static Properties of(
      KafkaSettings kafka, KafkaSecurity security, LaneSettings lanes, ProjectSettings settings) {
    Properties properties = new Properties();
    properties.putAll(KafkaConnection.properties(kafka, security));
    properties.put(StreamsConfig.APPLICATION_ID_CONFIG, lanes.projectApplication());
    properties.put(StreamsConfig.STATE_DIR_CONFIG, stateDir(settings).toString());
    properties.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, settings.threads());
    properties.put(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, settings.standbys());
    properties.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, Short.toString(lanes.replication()));
    // State, entries and offsets move together, or a crash could keep a deletion in the state and
    // lose its removal. Apply does not wait for the commit (docs/decisions/0004).
    properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    // What apply reads backwards waits for it, and holds up its thread.
    properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 500);
    properties.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, RocksMemory.class);
    // Streams says 5 minutes, then its thread fails, and the lanes are restored for nothing.
    properties.put(StreamsConfig.TASK_TIMEOUT_MS_CONFIG, TASK_TIMEOUT.toMillis());
    properties.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
    // Streams says 100, too long for a cache. With 0 the broker has a request for every few; 3 ms
    // spared it a third of its processor time. 1 ms is between the two, and was not measured.
    properties.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), 1);
    properties.put(
        StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG),
        LaneSettings.MAX_RECORD_BYTES);
    properties.put(
        StreamsConfig.producerPrefix(ProducerConfig.COMPRESSION_TYPE_CONFIG),
        LaneSettings.COMPRESSION);
    // A row is a record of the changelogs too, where the broker says 1 MiB; it keeps removals for a
    // day, and an instance that comes back to its state directory after that would keep rows that
    // are gone; and it compacts nothing before a lane's changelog has 1 GiB, or is a week old.
    Topics.changelogConfigs()
        .forEach((name, value) -> properties.put(StreamsConfig.topicPrefix(name), value));
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

  /** Where the lanes' state is kept. */
  static Path stateDir(ProjectSettings settings) {
    return settings
        .stateDir()
        .orElse(Path.of(System.getProperty("user.home"), ".session-cache-warmer", "state"));
  }
}
