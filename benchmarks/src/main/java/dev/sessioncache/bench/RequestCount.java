package dev.sessioncache.bench;

import org.jspecify.annotations.Nullable;

/** The field {@code request_count} of a cached value, by which a change is known again. */
public final class RequestCount {

  private static final String FIELD = "\"request_count\":";

  private RequestCount() {}

  /** Whether there is a value, and it has come so far. */
  public static boolean isAt(@Nullable String value, long count) {
    int at = value == null ? -1 : value.indexOf(FIELD);
    if (value == null || at < 0) {
      return false;
    }
    int begin = at + FIELD.length();
    int end = begin;
    while (end < value.length() && Character.isDigit(value.charAt(end))) {
      end++;
    }
    return end > begin && Long.parseLong(value, begin, end, 10) >= count;
  }
}
