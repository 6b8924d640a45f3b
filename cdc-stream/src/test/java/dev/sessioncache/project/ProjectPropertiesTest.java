package dev.sessioncache.project;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.topic.KafkaSecurity;
import dev.sessioncache.topic.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Test;

class ProjectPropertiesTest {

  private final Properties properties =
      ProjectProperties.of(
          LaneDriver.KAFKA,
          KafkaSecurity.NONE,
          LaneDriver.SETTINGS,
          new ProjectSettings(Optional.of(Path.of("state")), 1, 0));

  /** Kafka Streams' own 5 minutes are shorter than many an outage. */
  @Test
  void shouldNotGiveATaskUpWhenKafkaIsAway() {
    StreamsConfig config = new StreamsConfig(properties);

    assertThat(config.getLong(StreamsConfig.TASK_TIMEOUT_MS_CONFIG))
        .isGreaterThanOrEqualTo(Duration.ofDays(365).toMillis());
  }

  /**
   * By the broker's own settings removals go after a day, and for up to a week nothing else does.
   */
  @Test
  void shouldMakeChangelogsAsTheOtherTopicsInLanes() {
    assertThat(new StreamsConfig(properties).originalsWithPrefix(StreamsConfig.TOPIC_PREFIX))
        .containsAllEntriesOf(Topics.changelogConfigs())
        .containsEntry(TopicConfig.SEGMENT_BYTES_CONFIG, "134217728")
        .containsEntry(TopicConfig.DELETE_RETENTION_MS_CONFIG, "604800000");
  }

  @Test
  void shouldCompressEntriesAndChangelogs() {
    assertThat(new StreamsConfig(properties).originalsWithPrefix(StreamsConfig.PRODUCER_PREFIX))
        .containsEntry(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
  }

  @Test
  void shouldMoveStateEntriesAndOffsetsTogether() {
    assertThat(properties)
        .containsEntry(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
  }
}
