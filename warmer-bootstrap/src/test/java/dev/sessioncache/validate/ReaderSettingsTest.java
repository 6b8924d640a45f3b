package dev.sessioncache.validate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.config.Configuration;
import dev.sessioncache.config.Sources;
import dev.sessioncache.reader.ReaderSettings;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReaderSettingsTest {

  @Test
  void shouldHaveTheDefaultsThatThePageTells() {
    Configuration configuration =
        Configuration.load(
            new Sources(null, Map.of(), Map.of()), List.of(ReaderSettings.class), List.of());

    assertThat(configuration.get(ReaderSettings.class)).isEqualTo(ReaderSettings.defaults());
  }
}
