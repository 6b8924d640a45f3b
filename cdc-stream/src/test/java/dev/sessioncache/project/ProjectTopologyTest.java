package dev.sessioncache.project;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.lease.Priority;
import dev.sessioncache.mapping.PlatformMapping;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URL;
import java.time.Clock;
import java.util.Objects;
import org.apache.kafka.streams.Topology;
import org.junit.jupiter.api.Test;

class ProjectTopologyTest {

  /** Names are part of what is stored in Kafka: a renamed store begins empty. */
  @Test
  void shouldNotChangeTheTopologyUnintentionally() {
    URL expected = Objects.requireNonNull(getClass().getResource("topology.txt"));

    Topology topology =
        ProjectTopology.build(
            LaneDriver.SETTINGS,
            PlatformMapping.create(),
            LaneDriver.GUARD,
            new Priority.Recency(),
            Clock.systemUTC(),
            new ProjectProgress(new SimpleMeterRegistry()));

    assertThat(topology.describe().toString().strip()).isEqualTo(contentOf(expected));
  }

  private static String contentOf(URL file) {
    return org.assertj.core.util.URLs.contentOf(file, java.nio.charset.StandardCharsets.UTF_8)
        .strip();
  }
}
