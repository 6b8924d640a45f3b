package dev.sessioncache.app;

import dev.sessioncache.config.ConfigurationReferenceCheck;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ConfigurationPageTest {

  @Test
  void shouldListEverySettingAsItIs() {
    ConfigurationReferenceCheck.verify(
        Path.of("..", "docs", "configuration.md"), CdcStream.sections());
  }
}
