package dev.sessioncache.entries;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class EntryFormatTest {

  private static final String POSITION =
      "s:00000001:00000001:0000000000000100:0000000000000000:000002D0:000002BC";
  private static final byte[] DOCUMENT = "{\"id\":\"s1\"}".getBytes(UTF_8);

  @Test
  void shouldBeTheSameWhenAPutIsReadBack() {
    Entry.Put put = new Entry.Put("session:t", POSITION, DOCUMENT, 1_000, 3_000, 2_000);

    Entry.Put read = (Entry.Put) EntryFormat.read(written(put));

    assertThat(read).usingRecursiveComparison().isEqualTo(put);
  }

  @Test
  void shouldBeTheSameWhenARemovalOrPulseIsReadBack() {
    Entry removal = new Entry.Removal("session:t", POSITION, 2_000);
    Entry pulse = new Entry.Pulse(5, null);

    assertThat(EntryFormat.read(written(removal))).isEqualTo(removal);
    assertThat(EntryFormat.read(written(pulse))).isEqualTo(pulse);
  }

  @Test
  void shouldTellALaneThatPublishesFromOneThatHasPublished() {
    Entry publishing = new Entry.Publishing(5);

    assertThat(EntryFormat.read(written(publishing))).isEqualTo(publishing);
  }

  @Test
  void shouldTellTheEndOfALifeWithoutTheDocument() {
    assertThat(
            EntryFormat.liveUntilMillis(written(new Entry.Put("k", POSITION, DOCUMENT, 9, 3, 2))))
        .hasValue(9);
    assertThat(EntryFormat.liveUntilMillis(written(new Entry.Removal("k", POSITION, 0)))).isEmpty();
    assertThat(EntryFormat.liveUntilMillis(written(new Entry.Pulse(5, null)))).isEmpty();
  }

  @Test
  void shouldHoldTheDocumentAndNothingElseWhenWritten() {
    ConsumerRecord<String, byte[]> record =
        written(new Entry.Put("session:t", POSITION, DOCUMENT, 1_000, 3_000, 2_000));

    assertThat(record.key()).isEqualTo("session:t");
    assertThat(record.value()).isEqualTo(DOCUMENT);
    assertThat(record.headers())
        .extracting(header -> header.key() + "=" + new String(header.value(), UTF_8))
        .containsExactly(
            "position=" + POSITION,
            "live-until-ms=1000",
            "priority-ms=3000",
            "committed-at-us=2000");
  }

  /** Compaction then forgets the key. */
  @Test
  void shouldBeATombstoneWhenARemovalIsWritten() {
    assertThat(written(new Entry.Removal("session:t", POSITION, 0)).value()).isNull();
  }

  @Test
  void shouldDropTheHeadersOfTheChangeWhenWritten() {
    Headers headers = new RecordHeaders().add("epoch", "1:1".getBytes(UTF_8));

    serialize(headers, new Entry.Pulse(5, null));

    assertThat(headers).extracting(header -> header.key()).containsExactly("pulse-at-ms");
  }

  static Stream<Arguments> foreign() {
    return Stream.of(
        Arguments.of(null, new RecordHeaders()),
        Arguments.of("session:t", new RecordHeaders()),
        Arguments.of("session:t", headers("position", "hidden")),
        Arguments.of("session:t", headers("position", POSITION)),
        Arguments.of("session:t", headers("position", POSITION, "committed-at-us", "hidden")),
        Arguments.of("session:t", headers("position", POSITION, "committed-at-us", "1")),
        Arguments.of(
            "session:t",
            headers("position", "hidden", "committed-at-us", "1", "live-until-ms", "1")),
        Arguments.of("session:t", headers("position", null)),
        Arguments.of("\u0001pulse", new RecordHeaders()),
        Arguments.of("\u0001pulse", headers("pulse-at-ms", "hidden")),
        Arguments.of("\u0001pulse", headers("pulse-at-ms", null)));
  }

  @ParameterizedTest
  @MethodSource("foreign")
  void shouldBeUnreadableWithoutContentWhenARecordIsForeign(@Nullable String key, Headers headers) {
    Entry entry = EntryFormat.read(record(key, DOCUMENT, headers));

    assertThat(entry).isInstanceOf(Entry.Unreadable.class);
    assertThat(((Entry.Unreadable) entry).reason()).doesNotContain("hidden");
  }

  private static Headers headers(@Nullable String... namesAndValues) {
    Headers headers = new RecordHeaders();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      String value = namesAndValues[i + 1];
      headers.add(namesAndValues[i], value == null ? null : value.getBytes(UTF_8));
    }
    return headers;
  }

  private static ConsumerRecord<String, byte[]> written(Entry entry) {
    Headers headers = new RecordHeaders();
    return record(EntryFormat.key(entry), serialize(headers, entry), headers);
  }

  private static byte @Nullable [] serialize(Headers headers, Entry entry) {
    try (Serializer<Entry.InLane> serializer = EntryFormat.serializer()) {
      return serializer.serialize("entries", headers, new Entry.InLane(0, entry));
    }
  }

  private static ConsumerRecord<String, byte[]> record(
      @Nullable String key, byte @Nullable [] value, Headers headers) {
    return new ConsumerRecord<>(
        "entries", 0, 0, 0, TimestampType.CREATE_TIME, 0, 0, key, value, headers, Optional.empty());
  }
}
