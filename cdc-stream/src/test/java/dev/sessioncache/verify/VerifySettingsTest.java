package dev.sessioncache.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.config.Configuration;
import dev.sessioncache.config.Sources;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VerifySettingsTest {

  @Test
  void shouldHaveTheseDefaults() {
    VerifySettings settings =
        Configuration.load(
                new Sources(null, Map.of(), Map.of()), List.of(VerifySettings.class), List.of())
            .get(VerifySettings.class);

    assertThat(settings).isEqualTo(new VerifySettings(50, false));
  }
}
