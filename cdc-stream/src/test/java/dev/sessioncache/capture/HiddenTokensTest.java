package dev.sessioncache.capture;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sessioncache.changes.ChangeFormat;
import dev.sessioncache.changes.Epoch;
import dev.sessioncache.config.Configuration;
import dev.sessioncache.connect.ChangesTransform;
import dev.sessioncache.mapping.MappingSettings;
import dev.sessioncache.mapping.PlatformMapping;
import dev.sessioncache.topic.LaneSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;

/** With hashed tokens none is in any record that capture makes. */
class HiddenTokensTest {

  private static final MappingSettings SETTINGS =
      Configuration.section(
          MappingSettings.class,
          Map.of("token.hash", "hmac-sha256", "token.hash.key", "ab".repeat(32)));

  private final ChangeRecords records =
      new ChangeRecords(
          new LaneSettings(4, "test", (short) 1, Duration.ofSeconds(30)),
          PlatformMapping.create(SETTINGS),
          new Epoch(1, 3),
          42,
          new SessionLanes(),
          new CaptureProgress(new SimpleMeterRegistry()));

  @Test
  void shouldHoldTheHashInPlaceOfTheToken() {
    Struct row = Envelopes.session("s1", "u1").put("token", "canary");
    for (Struct event :
        List.of(
            Envelopes.created(row, 1),
            Envelopes.read(row, 2),
            Envelopes.updated(row, 3),
            Envelopes.updated(Envelopes.session("s1", "u5").put("token", "canary"), 4))) {
      List<ProducerRecord<String, byte[]>> sent = records.of(event).toList();
      assertThat(text(sent.get(0)))
          .contains("\"token\":\"" + SETTINGS.tokens().of("canary") + "\"");
      assertThat(sent).noneMatch(record -> text(record).contains("canary"));
    }
  }

  /** As with REPLICA IDENTITY FULL. */
  @Test
  void shouldHideTheTokenOfADeletedRow() {
    Struct row = Envelopes.session("s1", "u1").put("token", "canary");
    List<ProducerRecord<String, byte[]>> sent = records.of(Envelopes.deleted(row, 5)).toList();
    assertThat(sent).isNotEmpty().noneMatch(record -> text(record).contains("canary"));
    assertThat(text(sent.get(0))).contains(SETTINGS.tokens().of("canary"));
  }

  @Test
  void shouldHideTheTokenOfARowThatIsTooLarge() {
    Struct row =
        Envelopes.session("s1", "u1")
            .put("token", "canary")
            .put("data", "\"" + "x".repeat(LaneSettings.MAX_VALUE_BYTES) + "\"");
    List<ProducerRecord<String, byte[]>> sent = records.of(Envelopes.created(row, 6)).toList();
    assertThat(text(sent.get(0))).contains("too-large", SETTINGS.tokens().of("canary"));
    assertThat(text(sent.get(0))).doesNotContain("canary");
  }

  @Test
  void shouldHoldTheSameInWhatAConnectorWrites() {
    ChangesTransform transform = new ChangesTransform();
    transform.configure(
        Map.of(
            "lanes",
            "4",
            "topics.prefix",
            "test",
            "token.hash",
            "hmac-sha256",
            "token.hash.key",
            "ab".repeat(32)));
    Schema key =
        SchemaBuilder.struct()
            .field("id", Schema.STRING_SCHEMA)
            .field("user_id", Schema.STRING_SCHEMA)
            .build();
    Struct event = Envelopes.created(Envelopes.session("s1", "u1").put("token", "canary"), 8);

    SourceRecord written =
        transform.apply(
            new SourceRecord(
                Map.of(),
                Map.of(),
                "topic",
                null,
                key,
                new Struct(key).put("id", "s1").put("user_id", "u1"),
                event.schema(),
                event));

    ProducerRecord<String, byte[]> captured = records.of(event).toList().get(0);
    assertThat((byte[]) written.value()).isEqualTo(captured.value());
    assertThat((byte[]) written.headers().lastWithName(ChangeFormat.TOKEN_HASH_HEADER).value())
        .isEqualTo(captured.headers().lastHeader(ChangeFormat.TOKEN_HASH_HEADER).value())
        .asString(UTF_8)
        .isEqualTo(SETTINGS.tokens().fingerprint());
    assertThat(new String((byte[]) written.value(), UTF_8)).doesNotContain("canary");
  }

  @Test
  void shouldRefuseAConnectorsKeyWithoutShowingIt() {
    assertThatThrownBy(
            () ->
                new ChangesTransform()
                    .configure(
                        Map.of(
                            "lanes", "4", "token.hash", "hmac-sha256", "token.hash.key", "canary")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("token.hash.key must be at least 32 random bytes")
        .hasMessageNotContaining("canary");
  }

  /** Debezium may hand out an event again. */
  @Test
  void shouldMakeTheSameOfAnEventThatIsHandedOutAgain() {
    Struct event = Envelopes.created(Envelopes.session("s1", "u1").put("token", "canary"), 7);
    String first = text(records.of(event).toList().get(0));
    assertThat(text(records.of(event).toList().get(0))).isEqualTo(first);
  }

  @Test
  void shouldLeaveWhatPostgresDidNotSendAndWhatIsNull() {
    Struct row = Envelopes.session("s1", "u1").put("token", ChangeFormat.UNCHANGED);
    assertThat(text(records.of(Envelopes.updated(row, 8)).toList().get(0)))
        .contains("\"token\":\"" + ChangeFormat.UNCHANGED + "\"");
    assertThat(text(records.of(Envelopes.created(row.put("token", null), 9)).toList().get(0)))
        .contains("\"token\":null");
  }

  private static String text(ProducerRecord<String, byte[]> record) {
    StringBuilder text = new StringBuilder(record.key());
    text.append(record.value() == null ? "" : new String(record.value(), UTF_8));
    for (Header header : record.headers()) {
      text.append(new String(header.value(), UTF_8));
    }
    return text.toString();
  }
}
