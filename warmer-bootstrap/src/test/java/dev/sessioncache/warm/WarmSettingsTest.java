package dev.sessioncache.warm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sessioncache.config.Configuration;
import dev.sessioncache.config.InvalidConfigurationException;
import dev.sessioncache.config.Sources;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WarmSettingsTest {

  @Test
  void shouldHaveTheseDefaults() {
    assertThat(load(Map.of()))
        .isEqualTo(new WarmSettings(1000, 500, 4, Duration.ZERO, Duration.ofMinutes(5)));
  }

  @ParameterizedTest
  @CsvSource({
    "warm.count, 0",
    "warm.batch-size, 0",
    "warm.in-flight, 0",
    "warm.pause, -1s",
    "warm.deadline, 999ms"
  })
  void shouldRefuseAValueBelowTheLowest(String name, String value) {
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

  private static WarmSettings load(Map<String, String> flags) {
    return Configuration.load(
            new Sources(null, Map.of(), flags), List.of(WarmSettings.class), List.of())
        .get(WarmSettings.class);
  }
}
