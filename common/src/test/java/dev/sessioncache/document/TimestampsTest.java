package dev.sessioncache.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TimestampsTest {

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    // as Postgres prints them
    "2026-01-31 12:00:00+00,            2026-01-31T12:00:00.000000Z",
    "2026-01-31 12:00:00.5+00,          2026-01-31T12:00:00.500000Z",
    "2026-01-31 12:00:00.123456+00,     2026-01-31T12:00:00.123456Z",
    "2026-01-31 12:00:00+05:30,         2026-01-31T06:30:00.000000Z",
    "2026-01-31 12:00:00-03,            2026-01-31T15:00:00.000000Z",
    "1890-01-01 00:00:00+00:19:32,      1889-12-31T23:40:28.000000Z",
    "10000-01-01 00:00:00+00,           +10000-01-01T00:00:00.000000Z",
    "294276-12-31 23:59:59.999999+00,   +294276-12-31T23:59:59.999999Z",
    "0001-01-01 00:00:00+00,            0001-01-01T00:00:00.000000Z",
    "0001-02-29 00:00:00+00 BC,         0000-02-29T00:00:00.000000Z",
    "0044-03-15 12:00:00+00 BC,         -0043-03-15T12:00:00.000000Z",
    "4713-11-24 00:00:00+00 BC,         -4712-11-24T00:00:00.000000Z",
    // as change events carry them
    "2026-01-31T12:00:00Z,              2026-01-31T12:00:00.000000Z",
    "2026-01-31T12:00:00.5Z,            2026-01-31T12:00:00.500000Z",
    "2026-01-31T12:00:00.123456Z,       2026-01-31T12:00:00.123456Z",
    "2026-01-31T12:00:00+01:00,         2026-01-31T11:00:00.000000Z",
    "+10000-01-01T00:00:00Z,            +10000-01-01T00:00:00.000000Z",
    "-0043-03-15T12:00:00Z,             -0043-03-15T12:00:00.000000Z",
    // as to_jsonb prints the elements of an array
    "2026-01-31T12:00:00.5+00:00,       2026-01-31T12:00:00.500000Z",
    // neither is a moment
    "infinity,                          infinity",
    "-infinity,                         -infinity",
  })
  void shouldGiveOneFormForEveryForm(String in, String out) {
    assertThat(Timestamps.canonical(in)).isEqualTo(out);
    assertThat(Timestamps.instant(in)).isEqualTo(Timestamps.instant(out));
  }

  /** The way that reads digit by digit, and the one for all forms. */
  @Test
  void shouldReadUsualOnesAsAllOthers() {
    Random random = new Random(7);
    for (int i = 0; i < 20_000; i++) {
      Instant instant =
          Instant.ofEpochSecond(
              random.nextLong(-62_135_596_800L, 253_402_300_800L),
              random.nextInt(1_000_000) * 1_000L);
      String iso = instant.toString();
      String text = random.nextBoolean() ? iso : iso.replace('T', ' ').replace("Z", "+00");

      assertThat(UsualTimestamp.read(text)).as(text).isPresent();
      assertThat(Timestamps.instant(text)).isEqualTo(instant).isEqualTo(Timestamps.parse(text));
      assertThat(Timestamps.instant(Timestamps.canonical(text))).isEqualTo(instant);
      assertThat(Timestamps.canonical(text)).hasSize(27).startsWith(iso.substring(0, 19));
    }
  }

  @Test
  void shouldPutInfinityBeyondEveryInstant() {
    assertThat(Timestamps.instant("infinity")).isEqualTo(Instant.MAX);
    assertThat(Timestamps.instant("-infinity")).isEqualTo(Instant.MIN);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "now",
        "2026-01-31",
        "2026-01-31 12:00:00",
        "2026-01-31T12:00:00 UTC",
        "31.01.2026 12:00:00+00",
        "2026-13-01 00:00:00+00",
        "2026-02-29 00:00:00+00",
        "2026-01-31 24:00:00+00",
        "2026-01-31 12:60:00+00",
        "2026-01-31 12:00:60+00",
        "2026-01-31x12:00:00+00",
        "2026-01-31 12:00:00+00:",
        "2026-01-31 12:00:00+00:0",
        "2026-01-31 12:00:00Z ",
        " BC"
      })
  void shouldRefuseWhatIsNoTimestamp(String text) {
    assertThatThrownBy(() -> Timestamps.instant(text)).isInstanceOf(DateTimeException.class);
  }
}
