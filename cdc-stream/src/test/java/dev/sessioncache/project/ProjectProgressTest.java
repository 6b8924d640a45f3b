package dev.sessioncache.project;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProjectProgressTest {

  private final ProjectProgress progress = new ProjectProgress(new SimpleMeterRegistry());

  /** It has read the pulse, but not passed it on. */
  @Test
  void shouldTellNoLagOfALaneThatHoldsSomethingBack() {
    progress.stands(0, new ProjectProgress.Lane(false, true, 9_000, 1));
    progress.stands(1, new ProjectProgress.Lane(false, false, 9_900, 1));
    progress.stands(2, new ProjectProgress.Lane(true, true, 0, 1));

    assertThat(progress.lagsMillis(10_000)).isEqualTo(Map.of(0, 1_000L));
  }
}
