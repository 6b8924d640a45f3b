package dev.sessioncache.config;

import io.smallrye.config.Converters;
import io.smallrye.config.SmallRyeConfig;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The type of a setting: one value, an optional one, or a list separated by commas. */
record SettingType(Shape shape, Class<?> element) {
  private static final Map<Class<?>, String> WORDS =
      Map.of(
          String.class, "text",
          int.class, "a whole number",
          long.class, "a whole number",
          double.class, "a number",
          boolean.class, "true or false",
          Duration.class, "a duration such as 500ms, 30s or 5m",
          Path.class, "a path",
          Integer.class, "a whole number",
          Long.class, "a whole number");

  enum Shape {
    SINGLE,
    OPTIONAL,
    LIST
  }

  static SettingType of(Type type) {
    if (type instanceof ParameterizedType generic
        && generic.getActualTypeArguments()[0] instanceof Class<?> element) {
      if (generic.getRawType() == Optional.class) {
        return new SettingType(Shape.OPTIONAL, element);
      }
      if (generic.getRawType() == List.class) {
        return new SettingType(Shape.LIST, element);
      }
    }
    if (type instanceof Class<?> element) {
      return new SettingType(Shape.SINGLE, element);
    }
    throw new IllegalStateException("A setting cannot have the type " + type);
  }

  /** Whether values are checked by rules that the message of their own {@code parse} states. */
  boolean explainsItself() {
    return !WORDS.containsKey(element) && !element.isEnum();
  }

  /** What a valid value is; empty when {@link #explainsItself()}. */
  String words() {
    String one = element.isEnum() ? "one of " + constants() : WORDS.getOrDefault(element, "");
    return shape != Shape.LIST ? one : ("comma-separated list; each: " + one);
  }

  private String constants() {
    return Stream.of(element.getEnumConstants())
        .map(constant -> ((Enum<?>) constant).name().toLowerCase(Locale.ROOT).replace('_', '-'))
        .collect(Collectors.joining(", "));
  }

  /** The value of a component that no source gives; empty when there has to be one. */
  Optional<Object> absent() {
    return switch (shape) {
      case SINGLE -> element == String.class ? Optional.of("") : Optional.empty();
      case OPTIONAL -> Optional.of(Optional.empty());
      case LIST -> Optional.of(List.of());
    };
  }

  /**
   * The value of a component.
   *
   * @throws IllegalArgumentException when an element does not convert
   */
  Object convert(SmallRyeConfig config, String text) {
    return switch (shape) {
      case SINGLE -> one(config, text);
      case OPTIONAL -> Optional.of(one(config, text));
      case LIST ->
          List.copyOf(
              Converters.newCollectionConverter(
                      item -> one(config, item), size -> new ArrayList<Object>(size))
                  .convert(text));
    };
  }

  /** One element, as min and max are written too. */
  Object one(SmallRyeConfig config, String text) {
    if (element == String.class) {
      return text.strip();
    }
    Object value = config.requireConverter(element).convert(text.strip());
    if (value == null || (value instanceof Double number && !Double.isFinite(number))) {
      throw new IllegalArgumentException("is not " + words());
    }
    return value;
  }
}
