package dev.sessioncache.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PgSnapshotTest {

  @ParameterizedTest(name = "{0} sees {1}: {2}")
  @CsvSource({
    "100:105:101.103, 99,  true",
    "100:105:101.103, 100, true",
    "100:105:101.103, 101, false",
    "100:105:101.103, 102, true",
    "100:105:101.103, 103, false",
    "100:105:101.103, 104, true",
    "100:105:101.103, 105, false",
    "100:105:101.103, 106, false",
    "100:100:,        99,  true",
    "100:100:,        100, false",
  })
  void shouldSeeWhatWasCommittedWhenItWasTaken(String snapshot, long id, boolean visible) {
    assertThat(parse(snapshot).sees(TransactionId.of(id))).isEqualTo(visible);
  }

  /** 4294967296 is the first id of the next epoch; events carry it as 0. */
  @ParameterizedTest(name = "{0} sees {1}: {2}")
  @CsvSource({
    "4294967294:4294967298:4294967295.4294967297, 4294967293, true",
    "4294967294:4294967298:4294967295.4294967297, 4294967294, true",
    "4294967294:4294967298:4294967295.4294967297, 4294967295, false",
    "4294967294:4294967298:4294967295.4294967297, 0,          true",
    "4294967294:4294967298:4294967295.4294967297, 1,          false",
    "4294967294:4294967298:4294967295.4294967297, 2,          false",
    "4294967301:4294967301:,                      4294967290, true",
    "2147483646:2147483650:2147483649,            2147483645, true",
    "2147483646:2147483650:2147483649,            2147483648, true",
    "2147483646:2147483650:2147483649,            2147483649, false",
    "2147483646:2147483650:2147483649,            2147483650, false",
  })
  void shouldCompareModulo32BitsWhenIdsWrapAround(String snapshot, long id, boolean visible) {
    assertThat(parse(snapshot).sees(TransactionId.of(id))).isEqualTo(visible);
  }

  @ParameterizedTest(name = "{0} is not older than {1}: {2}")
  @CsvSource({
    "100:105:,        100:105:,        true",
    "100:106:,        100:105:,        true",
    "100:105:,        100:106:,        false",
    "100:105:,        100:105:102,     true",
    "100:105:102,     100:105:,        false",
    "101:106:102,     100:105:102.103, true",
    "100:106:101,     102:105:,        false",
    "4294967295:4294967297:, 4294967295:4294967296:, true",
    "4294967295:4294967295:, 4294967295:4294967296:, false",
  })
  void shouldBeNotOlderWhenItSeesAllThatTheOtherSees(
      String snapshot, String other, boolean expected) {
    assertThat(parse(snapshot).isNotOlderThan(parse(other))).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "100", "100:105", "100:105::", "a:105:", "100:105:1;2"})
  void shouldRefuseWhatIsNoSnapshot(String text) {
    assertThatThrownBy(() -> PgSnapshot.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void shouldEncodeInFixedWidth() {
    assertThat(PgSnapshot.parse("4294967294:4294967298:4294967295,4294967297").encode())
        .isEqualTo("FFFFFFFE:00000002:FFFFFFFF,00000001");
    assertThat(PgSnapshot.parse("7:7:").encode()).isEqualTo("00000007:00000007:");
  }

  private static PgSnapshot parse(String text) {
    return PgSnapshot.parse(text.replace('.', ','));
  }
}
