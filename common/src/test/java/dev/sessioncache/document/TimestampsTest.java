package dev.sessioncache.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.DateTimeException;
import java.time.Instant;
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
        " BC"
      })
  void shouldRefuseWhatIsNoTimestamp(String text) {
    assertThatThrownBy(() -> Timestamps.instant(text)).isInstanceOf(DateTimeException.class);
  }
}
