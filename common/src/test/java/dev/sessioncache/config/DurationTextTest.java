package dev.sessioncache.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationTextTest {

  @ParameterizedTest
  @CsvSource({"500ms, PT0.5S", "30s, PT30S", "5m, PT5M", "2h, PT2H", "1d, PT24H", "PT1M2S, PT62S"})
  void shouldReadTheDurationWhenItHasAUnit(String text, Duration expected) {
    assertThat(DurationText.parse(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"30", "s", "-5s", "5 minutes", "PT-5S", "P", "99999999999999999999s"})
  void shouldRefuseWhenItIsNoDuration(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> DurationText.parse(text));
  }
}
