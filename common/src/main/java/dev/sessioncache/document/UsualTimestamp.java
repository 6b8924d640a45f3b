package dev.sessioncache.document;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Optional;

/**
 * A timestamp as nearly all are: in UTC, in a year of four digits, with at most six digits of
 * fraction ({@code 2026-01-31 12:00:00.5+00}, {@code 2026-01-31T12:00:00.5Z}). Read digit by digit:
 * a {@link java.time.format.DateTimeFormatter} took half of the time of a warm.
 *
 * @param text from which the date and the time of day are taken
 * @param seconds since 1970
 * @param micros of the second
 */
record UsualTimestamp(String text, long seconds, int micros) {

  private static final int TIME_OF_DAY = 11;
  private static final int FRACTION = 19;
  private static final int MOST_FRACTION_DIGITS = 6;
  private static final String SHAPE = "0000-00-00*00:00:00";

  /** Empty when the text is of another form, or none at all. */
  static Optional<UsualTimestamp> read(String text) {
    if (text.length() <= FRACTION || !hasShape(text)) {
      return Optional.empty();
    }
    int end = text.charAt(FRACTION) == '.' ? endOfDigits(text, FRACTION + 1) : FRACTION;
    int digits = Math.max(0, end - FRACTION - 1);
    int secondOfDay = secondOfDay(text);
    if (!isUtc(text, end) || digits > MOST_FRACTION_DIGITS || secondOfDay < 0) {
      return Optional.empty();
    }
    int micros = digits == 0 ? 0 : number(text, FRACTION + 1, end);
    for (int i = digits; i < MOST_FRACTION_DIGITS; i++) {
      micros *= 10;
    }
    try {
      LocalDate date = LocalDate.of(number(text, 0, 4), number(text, 5, 7), number(text, 8, 10));
      return Optional.of(
          new UsualTimestamp(text, date.toEpochDay() * 86_400 + secondOfDay, micros));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private static boolean hasShape(String text) {
    for (int i = 0; i < FRACTION; i++) {
      char wanted = SHAPE.charAt(i);
      char found = text.charAt(i);
      boolean fits =
          switch (wanted) {
            case '0' -> isDigit(found);
            case '*' -> found == ' ' || found == 'T';
            default -> found == wanted;
          };
      if (!fits) {
        return false;
      }
    }
    return true;
  }

  private static int endOfDigits(String text, int from) {
    int end = from;
    while (end < text.length() && isDigit(text.charAt(end))) {
      end++;
    }
    return end;
  }

  private static boolean isUtc(String text, int from) {
    return text.startsWith("Z", from) && text.length() == from + 1
        || text.startsWith("+00", from)
            && (text.length() == from + 3 || text.startsWith(":00", from + 3))
            && (text.length() == from + 3 || text.length() == from + 6);
  }

  /** Less than 0 when there is no such time. */
  private static int secondOfDay(String text) {
    int hour = number(text, TIME_OF_DAY, TIME_OF_DAY + 2);
    int minute = number(text, TIME_OF_DAY + 3, TIME_OF_DAY + 5);
    int second = number(text, TIME_OF_DAY + 6, TIME_OF_DAY + 8);
    return hour > 23 || minute > 59 || second > 59 ? -1 : (hour * 60 + minute) * 60 + second;
  }

  private static int number(String text, int from, int to) {
    int number = 0;
    for (int i = from; i < to; i++) {
      number = 10 * number + text.charAt(i) - '0';
    }
    return number;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  Instant instant() {
    return Instant.ofEpochSecond(seconds, micros * 1_000L);
  }

  /** As {@code 2026-01-31T12:00:00.500000Z}. */
  String canonical() {
    char[] out = new char[FRACTION + 1 + MOST_FRACTION_DIGITS + 1];
    text.getChars(0, FRACTION, out, 0);
    out[TIME_OF_DAY - 1] = 'T';
    out[FRACTION] = '.';
    int rest = micros;
    for (int i = FRACTION + MOST_FRACTION_DIGITS; i > FRACTION; i--) {
      out[i] = (char) ('0' + rest % 10);
      rest /= 10;
    }
    out[out.length - 1] = 'Z';
    return new String(out);
  }
}
