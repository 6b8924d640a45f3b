package dev.sessioncache.document;

import java.time.Instant;
import java.time.LocalDate;
import java.util.Locale;

/**
 * A timestamptz in the <a
 * href="https://github.com/postgres/postgres/blob/REL_17_STABLE/src/include/datatype/timestamp.h">binary
 * form</a> of Postgres: microseconds since 2000, in UTC. To print it costs Postgres more than all
 * else of a row, and us as much to read it.
 */
record BinaryTimestamp(long micros) {

  private static final long INFINITY = Long.MAX_VALUE;
  private static final long MINUS_INFINITY = Long.MIN_VALUE;
  private static final long SECONDS_TO_2000 = 946_684_800;
  private static final int MICROS = 1_000_000;
  private static final int SECONDS_OF_DAY = 86_400;
  private static final int LENGTH = "2026-01-31T12:00:00.500000Z".length();

  Instant instant() {
    if (micros == INFINITY) {
      return Instant.MAX;
    }
    return micros == MINUS_INFINITY
        ? Instant.MIN
        : Instant.ofEpochSecond(seconds(), 1_000L * microOfSecond());
  }

  private long seconds() {
    return Math.floorDiv(micros, MICROS) + SECONDS_TO_2000;
  }

  private int microOfSecond() {
    return Math.floorMod(micros, MICROS);
  }

  private LocalDate date() {
    return LocalDate.ofEpochDay(Math.floorDiv(seconds(), SECONDS_OF_DAY));
  }

  /** As Postgres prints it, with all six digits of the fraction. */
  String text() {
    if (micros == INFINITY) {
      return "infinity";
    }
    if (micros == MINUS_INFINITY) {
      return "-infinity";
    }
    LocalDate date = date();
    boolean beforeChrist = date.getYear() <= 0;
    int second = Math.floorMod(seconds(), SECONDS_OF_DAY);
    return String.format(
        Locale.ROOT,
        "%04d-%02d-%02d %02d:%02d:%02d.%06d+00%s",
        beforeChrist ? 1 - date.getYear() : date.getYear(),
        date.getMonthValue(),
        date.getDayOfMonth(),
        second / 3_600,
        second / 60 % 60,
        second % 60,
        microOfSecond(),
        beforeChrist ? " BC" : "");
  }

  /** Writes the document's form. */
  void write(JsonBytes json) {
    LocalDate date = micros == INFINITY || micros == MINUS_INFINITY ? LocalDate.MIN : date();
    if (date.getYear() < 0 || date.getYear() > 9_999) {
      json.string(Timestamps.canonical(text()));
      return;
    }
    int second = Math.floorMod(seconds(), SECONDS_OF_DAY);
    byte[] text = new byte[LENGTH];
    digits(date.getYear(), text, 0, 4);
    text[4] = '-';
    digits(date.getMonthValue(), text, 5, 2);
    text[7] = '-';
    digits(date.getDayOfMonth(), text, 8, 2);
    text[10] = 'T';
    digits(second / 3_600, text, 11, 2);
    text[13] = ':';
    digits(second / 60 % 60, text, 14, 2);
    text[16] = ':';
    digits(second % 60, text, 17, 2);
    text[19] = '.';
    digits(microOfSecond(), text, 20, 6);
    text[26] = 'Z';
    json.raw('"');
    json.raw(text);
    json.raw('"');
  }

  private static void digits(int number, byte[] to, int start, int count) {
    int rest = number;
    for (int i = start + count - 1; i >= start; i--) {
      to[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
  }
}
