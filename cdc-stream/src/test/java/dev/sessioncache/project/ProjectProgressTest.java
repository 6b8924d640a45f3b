package dev.sessioncache.project;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProjectProgressTest {

  @Test
  void shouldKnowALaneForAsLongAsThisProcessHasIt(@TempDir Path stateDir) {
    LaneDriver lane = new LaneDriver(stateDir);
    try (lane) {
      lane.begin().end().pulse(Duration.ZERO);
      lane.tick();
      assertThat(lane.counts.lanes()).containsOnlyKeys(0);
      assertThat(whyBehind(lane)).isEmpty();

      lane.clock.advance(LaneDriver.BOUND.plusMillis(1));
      assertThat(whyBehind(lane)).isEqualTo("lanes [0] are behind");
    }
    assertThat(lane.counts.lanes()).isEmpty();
    assertThat(whyBehind(lane)).isEmpty();
  }

  private static String whyBehind(LaneDriver lane) {
    return lane.counts.whyBehind(LaneDriver.BOUND, lane.clock.millis()).orElse("");
  }

  /** It has read the pulse, but not passed it on. */
  @Test
  void shouldTellNoLagOfALaneThatHoldsSomethingBack() {
    ProjectProgress progress = new ProjectProgress(new SimpleMeterRegistry());
    progress.stands(0, new ProjectProgress.Lane(false, true, 9_000, 1));
    progress.stands(1, new ProjectProgress.Lane(false, false, 9_900, 1));
    progress.stands(2, new ProjectProgress.Lane(true, true, 0, 1));

    assertThat(progress.lagsMillis(10_000)).isEqualTo(Map.of(0, 1_000L));
  }
}
