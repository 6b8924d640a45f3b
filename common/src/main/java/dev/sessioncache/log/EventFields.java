package dev.sessioncache.log;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The keys and values of an event. They are told apart in the pattern of the log call, before its
 * arguments are filled in: a blank in a value ends nothing.
 */
final class EventFields {

  private static final String PLACE = "{}";
  private static final Pattern FIELD = Pattern.compile("(\\w+)=(\"[^\"]*\"|\\n?\\S*)");

  private final @Nullable Object[] arguments;
  private int next;

  private EventFields(@Nullable Object[] arguments) {
    this.arguments = arguments;
  }

  /** In their order; none when the pattern is of no event. */
  static Map<String, Object> of(String pattern, @Nullable Object @Nullable [] arguments) {
    Map<String, Object> fields = new LinkedHashMap<>();
    if (pattern.startsWith("event=")) {
      EventFields values = new EventFields(arguments == null ? new Object[0] : arguments);
      Matcher field = FIELD.matcher(pattern);
      while (field.find()) {
        fields.put(field.group(1), values.fill(field.group(2)));
      }
    }
    return fields;
  }

  /** Numbers, truth values and lists stay what they are. */
  private Object fill(String text) {
    if (text.equals(PLACE)) {
      Object value = argument();
      return value instanceof Number || value instanceof Boolean || value instanceof Collection
          ? value
          : String.valueOf(value);
    }
    StringBuilder filled = new StringBuilder();
    int from = 0;
    for (int at = text.indexOf(PLACE); at >= 0; at = text.indexOf(PLACE, from)) {
      filled.append(text, from, at).append(argument());
      from = at + PLACE.length();
    }
    String all = filled.append(text.substring(from)).toString();
    return text.startsWith("\"") ? all.substring(1, all.length() - 1) : all.strip();
  }

  private @Nullable Object argument() {
    return next < arguments.length ? arguments[next++] : PLACE;
  }
}
