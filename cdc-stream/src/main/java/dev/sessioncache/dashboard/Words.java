package dev.sessioncache.dashboard;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** How times and lanes are told to people. */
final class Words {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss 'UTC'").withZone(ZoneOffset.UTC);

  private static final DateTimeFormatter TIME_OF_DAY =
      DateTimeFormatter.ofPattern("HH:mm:ss").withZone(ZoneOffset.UTC);

  private Words() {}

  /** As {@link #time}, where another time follows. */
  static String timeOfDay(long millis) {
    return TIME_OF_DAY.format(Instant.ofEpochMilli(millis));
  }

  /** As in "1 session", "2 sessions". */
  static String count(long number, String what) {
    return String.format(Locale.ROOT, "%,d %s%s", number, what, number == 1 ? "" : "s");
  }

  static String time(long millis) {
    return TIME.format(Instant.ofEpochMilli(millis));
  }

  static String duration(long millis) {
    Duration time = Duration.ofMillis(millis);
    if (millis < 1000) {
      return millis + " ms";
    }
    return time.toSeconds() >= 120 && time.toSecondsPart() == 0
        ? time.toMinutes() + " min"
        : time.toSeconds() + " s";
  }

  static String lanes(List<Integer> lanes) {
    return (lanes.size() == 1 ? "lane " : "lanes ")
        + lanes.stream().map(String::valueOf).collect(Collectors.joining(", "));
  }

  /** With a capital at its beginning. */
  static String sentence(String text) {
    return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
  }
}
