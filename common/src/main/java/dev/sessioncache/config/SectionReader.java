package dev.sessioncache.config;

import io.smallrye.config.ConfigValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Fills records from the layers and collects what is wrong. Used by one thread, for one load. */
final class SectionReader {
  private final SettingLayers layers;
  private final List<Problem> problems = new ArrayList<>();

  SectionReader(SettingLayers layers) {
    this.layers = layers;
  }

  List<Problem> problems() {
    return problems;
  }

  /** The record; empty when there was a problem with it. */
  Optional<Record> read(SectionDefinition section) {
    List<Object> values = new ArrayList<>();
    section.settings().forEach(setting -> value(setting).ifPresent(values::add));
    if (values.size() < section.settings().size()) {
      return Optional.empty();
    }
    try {
      return Optional.of(section.instance(values));
    } catch (IllegalArgumentException e) {
      problems.add(refusedTogether(section, e));
      return Optional.empty();
    }
  }

  private Optional<Object> value(SettingDefinition setting) {
    ConfigValue found = layers.config().getConfigValue(setting.name());
    String text = found.getValue() == null ? "" : found.getValue();
    if (text.isBlank()) {
      return absent(setting);
    }
    try {
      Object value = setting.type().convert(layers.config(), text);
      if (!withinBounds(setting, value)) {
        throw new IllegalArgumentException("is out of bounds");
      }
      return Optional.of(value);
    } catch (IllegalArgumentException e) {
      problems.add(invalid(setting, found, text, e));
      return Optional.empty();
    }
  }

  private Optional<Object> absent(SettingDefinition setting) {
    Optional<Object> absent = setting.required() ? Optional.empty() : setting.type().absent();
    if (absent.isEmpty()) {
      String remedy = "set " + setting.environmentVariable() + ", or the name in the file";
      problems.add(new Problem(setting.name(), null, "is required and not set", remedy));
    }
    return absent;
  }

  private boolean withinBounds(SettingDefinition setting, Object value) {
    String min = setting.setting().min();
    String max = setting.setting().max();
    return elements(value).stream()
        .allMatch(
            element ->
                (min.isEmpty() || compare(setting, element, min) >= 0)
                    && (max.isEmpty() || compare(setting, element, max) <= 0));
  }

  private static List<?> elements(Object value) {
    if (value instanceof Optional<?> optional) {
      return optional.stream().toList();
    }
    return value instanceof List<?> list ? list : List.of(value);
  }

  @SuppressWarnings("unchecked") // both come from the same conversion
  private int compare(SettingDefinition setting, Object value, String bound) {
    return ((Comparable<Object>) value).compareTo(setting.type().one(layers.config(), bound));
  }

  /** A type that explains itself does so in the innermost message, within SmallRye's wrappers. */
  private Problem invalid(
      SettingDefinition setting, ConfigValue found, String text, IllegalArgumentException e) {
    String rule =
        setting.type().explainsItself() ? innermostMessage(e) : "must be " + setting.rule();
    String remedy = "correct it (" + layers.source(setting, found) + ")";
    return new Problem(setting.name(), setting.shown(text), rule, remedy);
  }

  private static String innermostMessage(Throwable e) {
    Throwable innermost = e;
    while (innermost.getCause() != null) {
      innermost = innermost.getCause();
    }
    return Redaction.apply(String.valueOf(innermost.getMessage()));
  }

  private static Problem refusedTogether(SectionDefinition section, IllegalArgumentException e) {
    String message = Redaction.apply(String.valueOf(e.getMessage()));
    List<String> all = section.settings().stream().map(SettingDefinition::name).toList();
    List<String> named = all.stream().filter(message::contains).toList();
    return new Problem(
        section.section().value(),
        null,
        message,
        "change one of " + String.join(", ", named.isEmpty() ? all : named));
  }
}
