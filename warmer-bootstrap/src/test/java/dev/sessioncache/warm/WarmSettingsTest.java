package dev.sessioncache.warm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sessioncache.config.Configuration;
import dev.sessioncache.config.InvalidConfigurationException;
import dev.sessioncache.config.Sources;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WarmSettingsTest {

  @Test
  void shouldHaveTheseDefaults() {
    assertThat(load(Map.of()))
        .isEqualTo(
            new WarmSettings(
                Optional.empty(),
                Count.parse("1000"),
                1_000_000,
                new MemoryBudget(80, true),
                0.9,
                500,
                4,
                Duration.ZERO,
                0,
                Duration.ofMillis(250),
                Duration.ofMinutes(5),
                true));
  }

  @ParameterizedTest
  @CsvSource({
    "warm.count, 0",
    "warm.count, some",
    "warm.max-count, 0",
    "warm.target, -0.1",
    "warm.target, 1.1",
    "warm.batch-size, 0",
    "warm.in-flight, 0",
    "warm.pause, -1s",
    "warm.deadline, 999ms"
  })
  void shouldRefuseAValueOutOfRange(String name, String value) {
    assertThatThrownBy(() -> load(Map.of(name, value)))
        .isInstanceOf(InvalidConfigurationException.class)
        .hasMessageContaining(name);
  }

  @Test
  void shouldBoundWhatThePipelineHolds() {
    assertThatThrownBy(() -> load(Map.of("warm.batch-size", "10000", "warm.in-flight", "6")))
        .isInstanceOf(InvalidConfigurationException.class)
        .hasMessageContaining("must be at most " + WarmSettings.MAX_PIPELINED);
  }

  @Test
  void shouldRefuseToFindACountForNoTarget() {
    assertThatThrownBy(() -> load(Map.of("warm.count", "auto", "warm.target", "0")))
        .isInstanceOf(InvalidConfigurationException.class)
        .hasMessageContaining("warm.target");
  }

  private static WarmSettings load(Map<String, String> flags) {
    return Configuration.load(
            new Sources(null, Map.of(), flags), List.of(WarmSettings.class), List.of())
        .get(WarmSettings.class);
  }
}
