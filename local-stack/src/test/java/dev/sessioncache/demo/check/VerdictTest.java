package dev.sessioncache.demo.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.demo.data.Cache;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VerdictTest {

  private static final long LEFT = 60_000;
  private static final String DOCUMENT = "{\"a\":1.50,\"b\":null,\"c\":9007199254740993}";

  @ParameterizedTest
  @ValueSource(
      strings = {
        DOCUMENT,
        "{\"c\":9007199254740993, \"a\":1.5, \"b\":null}",
        "{\"a\":15e-1,\"b\":null,\"c\":9007199254740993}"
      })
  void shouldFindNothingWhenTheValueIsEqual(String value) {
    assertThat(Verdict.of(live(), new CachedValue(value, LEFT))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\":1.50,\"b\":null,\"c\":9007199254740992}",
        "{\"a\":1.50,\"c\":9007199254740993}",
        "{\"a\":\"1.50\",\"b\":null,\"c\":9007199254740993}",
        "{\"a\":1.50,\"b\":null,\"c\":9007199254740993,\"d\":1}",
        "{\"a\":",
        ""
      })
  void shouldFindItDifferentWhenTheValueIsNotEqual(String value) {
    assertThat(Verdict.of(live(), new CachedValue(value, LEFT))).contains(Offence.DIFFERENT);
  }

  @ParameterizedTest
  @CsvSource({"-1", "0", "300001", "62001"})
  void shouldFindTheTtlWrongWhenItIsBeyondLeaseOrSession(long ttlMillis) {
    assertThat(Verdict.of(live(), new CachedValue(DOCUMENT, ttlMillis)))
        .contains(Offence.WRONG_TTL);
  }

  @Test
  void shouldAllowTheWholeLeaseWhenTheSessionLastsLonger() {
    ExpectedSession session = session(true, false, 10 * LEFT);

    assertThat(Verdict.of(session, new CachedValue(DOCUMENT, Cache.LEASE.toMillis()))).isEmpty();
  }

  @Test
  void shouldMissOnlyWhatIsRequiredWhenThereIsNoValue() {
    assertThat(Verdict.of(live(), CachedValue.NONE)).contains(Offence.MISSING);
    assertThat(Verdict.of(session(false, false, LEFT), CachedValue.NONE)).isEmpty();
    assertThat(Verdict.of(session(false, true, LEFT), CachedValue.NONE)).isEmpty();
    assertThat(Verdict.of(null, CachedValue.NONE)).isEmpty();
  }

  @Test
  void shouldFindItDeadWhenAValueHasNoLiveSession() {
    CachedValue value = new CachedValue(DOCUMENT, LEFT);

    assertThat(Verdict.of(session(false, true, LEFT), value)).contains(Offence.DEAD);
    assertThat(Verdict.of(null, value)).contains(Offence.DEAD);
  }

  private static ExpectedSession live() {
    return session(true, false, LEFT);
  }

  private static ExpectedSession session(boolean required, boolean dead, long millisLeft) {
    return new ExpectedSession(new UUID(0, 1), "token", required, dead, millisLeft, DOCUMENT);
  }
}
