package dev.sessioncache.config;

import io.smallrye.config.ConfigValue;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The sources in their order of precedence, as one SmallRye configuration. SmallRye's interceptors
 * stay off: a {@code $} or a {@code %} in a password is a character like any other.
 */
final class SettingLayers {
  private static final int DEFAULT = 100;
  private static final int FILE = 200;
  private static final int ENVIRONMENT = 300;
  private static final int FLAG = 400;
  private static final int CONVERTER_PRIORITY = 1000;

  private final @Nullable Path file;
  private final Map<String, String> fileValues;
  private final EnvironmentValues environment;
  private final SmallRyeConfig config;

  SettingLayers(Sources sources, Collection<SettingDefinition> settings) {
    file = sources.file();
    fileValues = file == null ? Map.of() : SettingsFile.read(file);
    environment = new EnvironmentValues(sources.environment(), settings);
    config =
        new SmallRyeConfigBuilder()
            .withSources(
                new PropertiesConfigSource(defaults(settings), "default", DEFAULT),
                new PropertiesConfigSource(fileValues, "file", FILE),
                new PropertiesConfigSource(environment.values(), "environment", ENVIRONMENT),
                new PropertiesConfigSource(sources.flags(), "flag", FLAG))
            .withConverter(Duration.class, CONVERTER_PRIORITY, DurationText::parse)
            .withConverter(Boolean.class, CONVERTER_PRIORITY, SettingLayers::strictBoolean)
            .withConverter(Path.class, CONVERTER_PRIORITY, Path::of)
            .build();
  }

  SmallRyeConfig config() {
    return config;
  }

  /** The names in the file, known and unknown. */
  Collection<String> fileNames() {
    return fileValues.keySet();
  }

  /** Where the effective value comes from, as an operator would look for it. */
  String source(SettingDefinition setting, ConfigValue value) {
    return switch (value.getConfigSourceOrdinal()) {
      case FILE -> String.valueOf(file);
      case ENVIRONMENT -> "environment, " + environment.variable(setting);
      case FLAG -> "command line";
      default -> "default";
    };
  }

  private static Map<String, String> defaults(Collection<SettingDefinition> settings) {
    Map<String, String> values = new LinkedHashMap<>();
    settings.stream()
        .filter(SettingDefinition::hasDefault)
        .forEach(setting -> values.put(setting.name(), setting.setting().defaultValue()));
    return values;
  }

  /** SmallRye's own converter takes every unknown word for false. */
  private static Boolean strictBoolean(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("is not true or false");
    };
  }
}
