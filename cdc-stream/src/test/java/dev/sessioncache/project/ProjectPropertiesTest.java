package dev.sessioncache.project;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.topic.KafkaSecurity;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;
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

  @Test
  void shouldMoveStateEntriesAndOffsetsTogether() {
    assertThat(properties)
        .containsEntry(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
  }
}
