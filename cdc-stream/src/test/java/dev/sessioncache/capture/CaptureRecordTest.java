package dev.sessioncache.capture;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.changes.Epoch;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CaptureRecordTest {

  private static final CaptureRecord RECORD =
      new CaptureRecord(
          "7300000000000000000", "slot", "pub", new Epoch(1, -4), 1_700_000_000_000L, false, 0x100);

  @Test
  void shouldBeTheSameWhenReadBack() {
    assertThat(CaptureRecord.parse(RECORD.toJson())).contains(RECORD);
  }

  @Test
  void shouldBeWrittenAsDocumented() {
    assertThat(RECORD.toJson())
        .asString(UTF_8)
        .isEqualTo(
            "{\"system_id\":\"7300000000000000000\",\"slot\":\"slot\",\"publication\":\"pub\",\"timeline\":1,"
                + "\"baseline\":4294967292,\"term\":1700000000000,\"complete\":false,\"lsn\":256,"
                + "\"engine\":\"embedded\"}");
  }

  @Test
  void shouldBeOfTheEmbeddedEngineWhenTheRecordIsOlderThanTheOther() {
    String older = new String(RECORD.toJson(), UTF_8).replace(",\"engine\":\"embedded\"", "");

    assertThat(CaptureRecord.parse(older.getBytes(UTF_8))).contains(RECORD);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "[]", "{}", "{\"system_id\":\"a\",\"slot\":\"b\"}"})
  void shouldBeNothingWhenTheValueIsNoSuchRecord(String value) {
    assertThat(CaptureRecord.parse(value.getBytes(UTF_8))).isEmpty();
  }

  @Test
  void shouldBeginAHigherTermWhateverTheClockSays() {
    assertThat(CaptureRecord.nextTerm(Optional.of(RECORD), 5)).isEqualTo(1_700_000_000_001L);
    assertThat(CaptureRecord.nextTerm(Optional.of(RECORD), 1_800_000_000_000L))
        .isEqualTo(1_800_000_000_000L);
    assertThat(CaptureRecord.nextTerm(Optional.empty(), 5)).isEqualTo(5);
  }

  @Test
  void shouldNeverGoBackWhenItMoves() {
    assertThat(RECORD.upTo(0x101).lsn()).isEqualTo(0x101);
    assertThat(RECORD.upTo(0x0FF)).isEqualTo(RECORD);
    assertThat(RECORD.upTo(-1).lsn()).isEqualTo(-1); // unsigned
  }
}
