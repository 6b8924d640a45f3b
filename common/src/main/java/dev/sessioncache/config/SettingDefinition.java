package dev.sessioncache.config;

import java.lang.reflect.RecordComponent;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A setting as its record component declares it. */
record SettingDefinition(Setting setting, SettingType type) {
  static final String ENVIRONMENT_PREFIX = "WARMER_";

  /** Names that platforms set for many programs; they carry no prefix. */
  private static final Map<String, String> FIXED_VARIABLES =
      Map.of(
          "database.url", "DATABASE_URL",
          "warm.database.url", "WARM_DATABASE_URL",
          "redis.url", "REDIS_URL",
          "kafka.bootstrap.servers", "KAFKA_BOOTSTRAP_SERVERS");

  static SettingDefinition of(RecordComponent component) {
    Setting setting = component.getAnnotation(Setting.class);
    if (setting == null) {
      throw new IllegalStateException("No @Setting on " + component + " of a @Section record");
    }
    return new SettingDefinition(setting, SettingType.of(component.getGenericType()));
  }

  String name() {
    return setting.name();
  }

  String environmentVariable() {
    String derived =
        ENVIRONMENT_PREFIX + name().toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    return FIXED_VARIABLES.getOrDefault(name(), derived);
  }

  boolean hasDefault() {
    return !setting.defaultValue().equals(Setting.REQUIRED);
  }

  boolean required() {
    return !hasDefault() && type.shape() != SettingType.Shape.OPTIONAL;
  }

  /** What a valid value is: type, bounds, and the rule in words. */
  String rule() {
    return Stream.of(type.words(), bounds(), setting.rule())
        .filter(part -> !part.isEmpty())
        .collect(Collectors.joining(", "));
  }

  private String bounds() {
    if (setting.min().isEmpty()) {
      return setting.max().isEmpty() ? "" : "at most " + setting.max();
    }
    return setting.max().isEmpty()
        ? "at least " + setting.min()
        : "from " + setting.min() + " to " + setting.max();
  }

  /** The value as it may be printed. Of a URL that is none nothing tells where the password is. */
  String shown(String value) {
    if (name().endsWith(".url") && !value.contains("://")) {
      return Redaction.MASK;
    }
    return setting.secret() && !value.isEmpty() ? Redaction.MASK : Redaction.apply(value);
  }
}
