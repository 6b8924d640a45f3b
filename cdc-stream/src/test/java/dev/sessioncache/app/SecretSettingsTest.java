package dev.sessioncache.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.config.SecretSettings;
import dev.sessioncache.config.Setting;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SecretSettingsTest {

  @Test
  void shouldBeThoseThatAreMarked() {
    assertThat(
            CdcStream.sections().stream()
                .flatMap(section -> Stream.of(section.getRecordComponents()))
                .map(component -> component.getAnnotation(Setting.class))
                .filter(Setting::secret)
                .map(Setting::name)
                .distinct())
        .containsExactlyInAnyOrderElementsOf(SecretSettings.ALL);
  }
}
