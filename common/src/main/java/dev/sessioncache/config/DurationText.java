package dev.sessioncache.config;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as operators write them: {@code 500ms}, {@code 30s}, {@code 5m}, or ISO-8601. */
final class DurationText {
  private static final Pattern FORM = Pattern.compile("(\\d+) ?(ms|s|m|h|d)");
  private static final Map<String, ChronoUnit> UNITS =
      Map.of(
          "ms", ChronoUnit.MILLIS,
          "s", ChronoUnit.SECONDS,
          "m", ChronoUnit.MINUTES,
          "h", ChronoUnit.HOURS,
          "d", ChronoUnit.DAYS);

  private DurationText() {}

  /**
   * @throws IllegalArgumentException when the text has neither form, is negative or too long
   */
  static Duration parse(String text) {
    Duration duration = text.startsWith("P") ? iso(text) : simple(text);
    if (duration.isNegative()) {
      throw new IllegalArgumentException("is negative");
    }
    return duration;
  }

  private static Duration iso(String text) {
    try {
      return Duration.parse(text);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("is no ISO-8601 duration", e);
    }
  }

  private static Duration simple(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw new IllegalArgumentException("has no unit of ms, s, m, h or d");
    }
    try {
      ChronoUnit unit = UNITS.getOrDefault(form.group(2), ChronoUnit.FOREVER);
      return Duration.of(Long.parseLong(form.group(1)), unit);
    } catch (NumberFormatException | ArithmeticException e) {
      throw new IllegalArgumentException("is too long", e);
    }
  }
}
