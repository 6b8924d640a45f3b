package dev.sessioncache.app;

import dev.sessioncache.config.ConfigurationReferenceCheck;
import dev.sessioncache.warm.WarmSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConfigurationPageTest {

  @Test
  void shouldListEverySettingAsItIs() {
    List<Class<? extends Record>> ofBothPrograms = new ArrayList<>(CdcStream.sections());
    ofBothPrograms.add(WarmSettings.class);

    ConfigurationReferenceCheck.verify(Path.of("..", "docs", "configuration.md"), ofBothPrograms);
  }
}
