package dev.sessioncache.project;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.mapping.PlatformMapping;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URL;
import java.time.Clock;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.streams.Topology;
import org.junit.jupiter.api.Test;

class ProjectTopologyTest {

  private static final byte[] NOTHING = {};

  /** Names are part of what is stored in Kafka: a renamed store begins empty. */
  @Test
  void shouldNotChangeTheTopologyUnintentionally() {
    URL expected = Objects.requireNonNull(getClass().getResource("topology.txt"));

    Topology topology =
        ProjectTopology.build(
            LaneDriver.SETTINGS,
            PlatformMapping.create(),
            LaneDriver.LEASE,
            Clock.systemUTC(),
            new ProjectProgress(new SimpleMeterRegistry()));

    assertThat(topology.describe().toString().strip()).isEqualTo(contentOf(expected));
  }

  @Test
  void shouldReachEveryLaneButItsOwnWhenANoticeLeaves() {
    assertThat(
            ProjectTopology.otherLanes()
                .partitions("changes", "key", new OtherLanes(1, NOTHING), 4))
        .contains(Set.of(0, 2, 3));
  }

  @Test
  void shouldReachNobodyWhenThereIsOneLane() {
    assertThat(
            ProjectTopology.otherLanes()
                .partitions("changes", "key", new OtherLanes(0, NOTHING), 1))
        .contains(Set.of());
  }

  private static String contentOf(URL file) {
    return org.assertj.core.util.URLs.contentOf(file, java.nio.charset.StandardCharsets.UTF_8)
        .strip();
  }
}
