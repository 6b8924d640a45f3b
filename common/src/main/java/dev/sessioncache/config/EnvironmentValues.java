package dev.sessioncache.config;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the environment says of the settings, in variables or in files that these name. */
final class EnvironmentValues {

  private final Map<String, String> environment;
  private final Map<String, String> values = new LinkedHashMap<>();

  /**
   * @throws InvalidConfigurationException when files can't be used, with all those that can't
   */
  EnvironmentValues(Map<String, String> environment, Collection<SettingDefinition> settings) {
    this.environment = environment;
    List<Problem> problems = new ArrayList<>();
    for (SettingDefinition setting : settings) {
      try {
        String value = FileVariable.value(environment, setting.environmentVariable());
        if (!value.isBlank()) {
          values.put(setting.name(), value);
        }
      } catch (InvalidConfigurationException e) {
        problems.addAll(e.problems());
      }
    }
    if (!problems.isEmpty()) {
      throw new InvalidConfigurationException(problems);
    }
  }

  /** By the names of the settings. */
  Map<String, String> values() {
    return values;
  }

  /** The variable from which a setting that has a value here has it. */
  String variable(SettingDefinition setting) {
    String own = setting.environmentVariable();
    return environment.getOrDefault(own, "").isBlank() ? FileVariable.fileOf(own) : own;
  }
}
