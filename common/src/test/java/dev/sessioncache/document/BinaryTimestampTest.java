package dev.sessioncache.document;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BinaryTimestampTest {

  private static final Instant FROM = Instant.parse("2000-01-01T00:00:00Z");

  @ParameterizedTest
  @CsvSource({
    "0,                    2000-01-01 00:00:00.000000+00,     2000-01-01T00:00:00.000000Z",
    "-1,                   1999-12-31 23:59:59.999999+00,     1999-12-31T23:59:59.999999Z",
    "823176000500000,      2026-01-31 12:00:00.500000+00,     2026-01-31T12:00:00.500000Z",
    "252455616000000000,   10000-01-01 00:00:00.000000+00,    +10000-01-01T00:00:00.000000Z",
    "-63113904000000000,   0001-01-01 00:00:00.000000+00 BC,  0000-01-01T00:00:00.000000Z",
    "-63113904000000001,   0002-12-31 23:59:59.999999+00 BC,  -0001-12-31T23:59:59.999999Z",
    "9223372036854775807,  infinity,                          infinity",
    "-9223372036854775808, -infinity,                         -infinity",
  })
  void shouldReadAsPostgresPrintsAndWriteAsDocumentsHold(long micros, String text, String json) {
    assertThat(new BinaryTimestamp(micros).text()).isEqualTo(text);
    assertThat(written(micros)).isEqualTo('"' + json + '"');
  }

  /** From some 4700 BC, the first day of Postgres, to the year 12000. */
  @RepeatedTest(200)
  void shouldBeTheMomentAndTheDocumentOfItsText() {
    long seed = System.nanoTime();
    long micros =
        new Random(seed).longs(1, -210_000_000_000_000_000L, 315_000_000_000_000_000L).sum();
    BinaryTimestamp timestamp = new BinaryTimestamp(micros);

    assertThat(timestamp.instant())
        .as("seed %d", seed)
        .isEqualTo(FROM.plus(micros, ChronoUnit.MICROS))
        .isEqualTo(Timestamps.instant(timestamp.text()));
    assertThat(written(micros))
        .as("seed %d", seed)
        .isEqualTo('"' + Timestamps.canonical(timestamp.text()) + '"');
  }

  /** A host may count in digits of its own. */
  @ResourceLock(Resources.LOCALE)
  @Test
  void shouldReadAsPostgresPrintsWhateverTheLocale() {
    Locale before = Locale.getDefault();
    try {
      Locale.setDefault(Locale.forLanguageTag("fa-IR"));
      assertThat(new BinaryTimestamp(0).text()).isEqualTo("2000-01-01 00:00:00.000000+00");
    } finally {
      Locale.setDefault(before);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {Long.MAX_VALUE, Long.MIN_VALUE})
  void shouldBeTheEndOfTimeWhenInfinite(long micros) {
    assertThat(new BinaryTimestamp(micros).instant())
        .isEqualTo(micros > 0 ? Instant.MAX : Instant.MIN);
  }

  private static String written(long micros) {
    JsonBytes json = new JsonBytes(1);
    new BinaryTimestamp(micros).write(json);
    return new String(json.toByteArray(), UTF_8);
  }
}
