package dev.sessioncache.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.config.Setting;
import dev.sessioncache.config.SettingGroups;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SettingGroupsTest {

  @Test
  void shouldBeThoseOfAllSettings() {
    assertThat(
            CdcStream.sections().stream()
                .flatMap(section -> Stream.of(section.getRecordComponents()))
                .map(component -> component.getAnnotation(Setting.class).name())
                .map(SettingGroups::group)
                .distinct())
        .containsExactlyInAnyOrderElementsOf(SettingGroups.ALL);
  }
}
