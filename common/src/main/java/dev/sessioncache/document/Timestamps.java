package dev.sessioncache.document;

import dev.sessioncache.mapping.Column;
import dev.sessioncache.mapping.Row;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.chrono.IsoEra;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.format.SignStyle;
import java.time.temporal.ChronoField;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Timestamps with time zone in the forms that reach us, and the one that leaves.
 *
 * <p>In: as Postgres prints them ({@code 2026-01-31 12:00:00.5+00}, {@code 0044-03-15 12:00:00+00
 * BC}) or as ISO-8601 with an offset, as Debezium's <a
 * href="https://debezium.io/documentation/reference/stable/connectors/postgresql.html">
 * ZonedTimestamp</a>. Out: {@code 2026-01-31T12:00:00.500000Z}; years outside of 0 to 9999 carry a
 * sign, year 0 is 1 BC. {@code infinity} stays a word.
 */
public final class Timestamps {

  private static final String BEFORE_CHRIST = " BC";

  private static final DateTimeFormatter IN =
      afterYear(
              new DateTimeFormatterBuilder().appendValue(ChronoField.YEAR, 4, 9, SignStyle.NORMAL))
          .toFormatter(Locale.ROOT)
          .withResolverStyle(ResolverStyle.STRICT);

  private static final DateTimeFormatter IN_BEFORE_CHRIST =
      afterYear(
              new DateTimeFormatterBuilder()
                  .parseDefaulting(ChronoField.ERA, IsoEra.BCE.getValue())
                  .appendValue(ChronoField.YEAR_OF_ERA, 4, 9, SignStyle.NORMAL))
          .appendLiteral(BEFORE_CHRIST)
          .toFormatter(Locale.ROOT)
          .withResolverStyle(ResolverStyle.STRICT);

  private static final DateTimeFormatter OUT =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private Timestamps() {}

  /** The document's form. */
  static String canonical(String text) {
    return UsualTimestamp.read(text)
        .map(UsualTimestamp::canonical)
        .orElseGet(() -> isInfinite(text) ? text : OUT.format(parse(text)));
  }

  /**
   * The instant, with {@code infinity} as {@link Instant#MAX} and {@code -infinity} as {@link
   * Instant#MIN}.
   *
   * @throws DateTimeException when the text is none of the known forms
   */
  public static Instant instant(String text) {
    return UsualTimestamp.read(text)
        .map(UsualTimestamp::instant)
        .orElseGet(() -> isInfinite(text) ? infinity(text) : parse(text));
  }

  /** The same, of a column of a row; null when it is. */
  public static @Nullable Instant instant(Row row, Column column) {
    if (row instanceof CopiedRow copied && !copied.isNull(column)) {
      return copied.timestamp(column).instant();
    }
    String text = row.text(column);
    return text == null ? null : instant(text);
  }

  private static Instant infinity(String text) {
    return text.startsWith("-") ? Instant.MIN : Instant.MAX;
  }

  /** Any form, the usual one too. */
  static Instant parse(String text) {
    DateTimeFormatter form = text.endsWith(BEFORE_CHRIST) ? IN_BEFORE_CHRIST : IN;
    return OffsetDateTime.parse(text.startsWith("+") ? text.substring(1) : text, form).toInstant();
  }

  private static DateTimeFormatterBuilder afterYear(DateTimeFormatterBuilder year) {
    return year.appendPattern("-MM-dd")
        .appendPattern("['T'][' ']")
        .appendPattern("HH:mm:ss")
        .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
        .appendOffset("+HH:mm:ss", "Z");
  }

  private static boolean isInfinite(String text) {
    return text.equals("infinity") || text.equals("-infinity");
  }
}
