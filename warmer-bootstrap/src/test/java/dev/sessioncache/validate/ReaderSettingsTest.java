package dev.sessioncache.validate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.config.Configuration;
import dev.sessioncache.config.Sources;
import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.mapping.MappingSettings;
import dev.sessioncache.reader.ReaderSettings;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReaderSettingsTest {

  @Test
  void shouldHaveTheDefaultsThatThePageTells() {
    Configuration configuration =
        Configuration.load(
            new Sources(null, Map.of(), Map.of()),
            List.of(ReaderSettings.class, GuardSettings.class, MappingSettings.class),
            List.of());

    assertThat(configuration.get(ReaderSettings.class)).isEqualTo(ReaderSettings.defaults());
    assertThat(configuration.get(GuardSettings.class)).isEqualTo(GuardSettings.defaults());
    assertThat(configuration.get(MappingSettings.class)).isEqualTo(MappingSettings.defaults());
  }
}
