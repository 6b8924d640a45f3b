package dev.sessioncache.capture;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sessioncache.changes.Change;
import dev.sessioncache.changes.ChangeFormat;
import dev.sessioncache.changes.ChangeReader;
import dev.sessioncache.changes.Epoch;
import dev.sessioncache.connect.ChangesTransform;
import dev.sessioncache.guard.RowVersion;
import dev.sessioncache.guard.TransactionId;
import dev.sessioncache.mapping.Lanes;
import dev.sessioncache.mapping.PlatformMapping;
import dev.sessioncache.topic.LaneSettings;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a connector writes, beside what capture writes for the same event. */
class ChangesTransformTest {

  private static final int LANES = 4;
  private static final String IN_LANE_0 = "u1";
  private static final String IN_LANE_3 = "u5";
  private static final Schema KEY =
      SchemaBuilder.struct()
          .field("id", Schema.STRING_SCHEMA)
          .field("user_id", Schema.OPTIONAL_STRING_SCHEMA)
          .build();

  private final ChangesTransform transform = transform(LANES);

  static Stream<Struct> changes() {
    String tooLarge = "x".repeat(LaneSettings.MAX_VALUE_BYTES);
    return Stream.of(
        Envelopes.created(Envelopes.session("s1", IN_LANE_0), 100),
        Envelopes.updated(Envelopes.session("s1", IN_LANE_3), 101),
        Envelopes.read(Envelopes.session("s1", IN_LANE_3), 102),
        Envelopes.created(Envelopes.session("s1", null), 103),
        Envelopes.updated(Envelopes.session("s1", IN_LANE_3).put("data", tooLarge), 104),
        Envelopes.read(Envelopes.session("s1", IN_LANE_0).put("data", tooLarge), 105),
        Envelopes.updated(Envelopes.user("u2"), 106),
        Envelopes.read(Envelopes.user("u2").put("role", tooLarge), 107));
  }

  @ParameterizedTest
  @MethodSource("changes")
  void shouldWriteTheBytesThatCaptureWritesIntoTheSameLaneWhenARowChanges(Struct envelope) {
    ProducerRecord<String, byte[]> captured = captured(envelope).get(0);

    SourceRecord written = transform.apply(event(envelope));

    assertThat(written.topic()).isEqualTo(captured.topic());
    assertThat(written.kafkaPartition()).isEqualTo(captured.partition());
    assertThat(written.key()).isEqualTo(captured.key());
    assertThat((byte[]) written.value()).isEqualTo(captured.value());
  }

  @Test
  void shouldWriteTheTombstoneOfCaptureIntoTheLaneOfItsUserWhenASessionIsDeleted() {
    Struct deletion = Envelopes.deleted(Envelopes.session("s1", IN_LANE_3), 100);

    SourceRecord written = transform.apply(event(deletion));

    assertThat(place(written)).isEqualTo("3 user_sessions/s1 tombstone");
    assertThat(header(written, ChangeFormat.TOKEN_HASH_HEADER)).asString(UTF_8).isEqualTo("none");
    assertThat(header(written, ChangeFormat.TOMBSTONE_HEADER))
        .isEqualTo(captured(deletion).get(0).value());
  }

  @Test
  void shouldWriteATombstoneIntoItsLaneWhenAUserIsDeleted() {
    assertThat(place(transform.apply(event(Envelopes.deleted(Envelopes.user("u2"), 100)))))
        .isEqualTo(new Lanes(LANES).of("u2") + " users/u2 tombstone");
  }

  /** Debezium makes a deletion and an insert of it. */
  @Test
  void shouldTellTheLaneThatTheSessionHasLeftWhenItsUserChanges() throws Exception {
    SourceRecord left = transform.apply(keyChange("s1", IN_LANE_0, "s1", IN_LANE_3));
    SourceRecord entered =
        transform.apply(event(Envelopes.created(Envelopes.session("s1", IN_LANE_3), 110)));

    assertThat(place(left)).isEqualTo("0 user_sessions/s1 tombstone");
    assertThat(change(left))
        .isEqualTo(new Change.Moved("s1", new RowVersion(110, TransactionId.of(700))));
    assertThat(place(entered)).isEqualTo("3 user_sessions/s1");
  }

  /** The lane would forget values that the insert does not repeat. */
  @Test
  void shouldWriteNothingForTheDeletionWhenTheSessionStaysInItsLane() {
    String inLane0Too = "u9";
    assertThat(new Lanes(LANES).of(inLane0Too)).isEqualTo(new Lanes(LANES).of(IN_LANE_0));

    assertThat(transform.apply(keyChange("s1", IN_LANE_0, "s1", inLane0Too))).isNull();
  }

  @Test
  void shouldDeleteTheSessionWhenItsPrimaryKeyChanges() throws Exception {
    SourceRecord written = transform.apply(keyChange("s1", IN_LANE_0, "s2", IN_LANE_0));

    assertThat(place(written)).isEqualTo("0 user_sessions/s1 tombstone");
    assertThat(change(written)).isInstanceOf(Change.Delete.class);
  }

  @Test
  void shouldTellInWhichSnapshotARowWasReadWhenABaselineReadsIt() {
    SourceRecord read =
        transform.apply(event(Envelopes.read(Envelopes.session("s1", IN_LANE_0), 100)));
    SourceRecord created =
        transform.apply(event(Envelopes.created(Envelopes.session("s1", IN_LANE_0), 100)));

    assertThat(header(read, ChangeFormat.READ_AT_HEADER)).asString(UTF_8).isEqualTo("100");
    assertThat(created.headers().lastWithName(ChangeFormat.READ_AT_HEADER)).isNull();
  }

  @Test
  void shouldWriteAPulseIntoTheLaneThatItNames() throws Exception {
    SourceRecord written = pulse("{\"lane\":2,\"at_ms\":5,\"complete\":true}");

    assertThat(place(written)).isEqualTo("2 ~pulse");
    assertThat(change(written)).isEqualTo(new Change.Pulse(5, true));
  }

  @Test
  void shouldEndTheBaselineInTheLaneThatTheMessageNames() throws Exception {
    SourceRecord written = pulse("{\"lane\":1,\"ends_baseline\":true}");

    assertThat(place(written)).isEqualTo("1 ~baseline-end");
    assertThat(change(written)).isEqualTo(new Change.BaselineEnd(TransactionId.of(700)));
  }

  @Test
  void shouldFailWhenAMessageNamesNoLaneOfOurs() {
    assertThatThrownBy(() -> pulse("{\"at_ms\":5,\"complete\":true}"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("capture.engine=connect");
    assertThatThrownBy(() -> pulse("{\"lane\":4,\"at_ms\":5,\"complete\":true}"))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("names lane 4, and lanes is 4");
  }

  @Test
  void shouldFailWhenATruncateWouldHaveToReachSeveralLanes() {
    SourceRecord truncate = event(Envelopes.truncated(Envelopes.USER, 100));

    assertThatThrownBy(() -> transform.apply(truncate))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("TRUNCATE of platform.users");
    assertThat(place(transform(1).apply(truncate))).isEqualTo("0 users");
  }

  @Test
  void shouldFailWhenADeletionHidesTheUser() {
    Struct hidden = Envelopes.deleted(new Struct(Envelopes.SESSION).put("id", "s1"), 100);

    assertThatThrownBy(() -> transform.apply(event(hidden)))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("REPLICA IDENTITY");
    assertThat(place(transform(1).apply(event(hidden)))).isEqualTo("0 user_sessions/s1 tombstone");
  }

  @Test
  void shouldFailWhenTheKeyOfASessionLacksItsUser() {
    Struct change = Envelopes.created(Envelopes.session("s1", IN_LANE_0), 100);
    Schema id = SchemaBuilder.struct().field("id", Schema.STRING_SCHEMA).build();

    assertThatThrownBy(() -> transform.apply(event(change, new Struct(id).put("id", "s1"))))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("message.key.columns=platform.user_sessions:id,user_id");
  }

  @Test
  void shouldFailWhenTheTableIsNotOurs() {
    ChangesTransform other = new ChangesTransform();
    other.configure(Map.of("lanes", "4", "tables.users", "platform.accounts"));

    assertThatThrownBy(() -> other.apply(event(Envelopes.created(Envelopes.user("u2"), 100))))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("table platform.users is neither");
  }

  @Test
  void shouldFailWhenARecordIsNoChange() {
    SourceRecord tombstone =
        new SourceRecord(Map.of(), Map.of(), "capture.x", null, null, null, null);

    assertThatThrownBy(() -> transform.apply(tombstone))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("tombstones.on.delete=false");
  }

  @Test
  void shouldNameTheSettingWhenOneIsMissingOrWrong() {
    ChangesTransform unconfigured = new ChangesTransform();

    assertThatThrownBy(() -> unconfigured.configure(Map.of()))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("\"lanes\"");
    assertThatThrownBy(() -> unconfigured.configure(Map.of("lanes", "4", "tables.sessions", "a b")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("tables.sessions");
  }

  private static ChangesTransform transform(int lanes) {
    ChangesTransform transform = new ChangesTransform();
    transform.configure(Map.of("lanes", Integer.toString(lanes), "topics.prefix", "test"));
    return transform;
  }

  private SourceRecord pulse(String content) {
    return transform.apply(event(Envelopes.pulse(content, 100)));
  }

  /** What capture writes for it as its first event. */
  private static List<ProducerRecord<String, byte[]>> captured(Struct envelope) {
    return new ChangeRecords(
            new LaneSettings(LANES, "test", (short) 1, Duration.ofSeconds(30)),
            PlatformMapping.create(),
            new Epoch(1, 3),
            42,
            new SessionLanes(),
            new CaptureProgress(new SimpleMeterRegistry()))
        .of(envelope)
        .toList();
  }

  private static SourceRecord keyChange(String id, String user, String nextId, String nextUser) {
    SourceRecord deletion = event(Envelopes.deleted(Envelopes.session(id, user), 110));
    deletion
        .headers()
        .add("__debezium.newkey", new Struct(KEY).put("id", nextId).put("user_id", nextUser), KEY);
    return deletion;
  }

  private static SourceRecord event(Struct envelope) {
    return event(envelope, new Struct(KEY).put("id", "as the value says"));
  }

  private static SourceRecord event(Struct envelope, Struct key) {
    SourceRecord event = Envelopes.event(envelope);
    return event.newRecord(
        event.topic(), null, key.schema(), key, event.valueSchema(), event.value(), null);
  }

  private static String place(SourceRecord record) {
    return record.kafkaPartition()
        + " "
        + record.key()
        + (record.value() == null ? " tombstone" : "");
  }

  private static byte[] header(SourceRecord record, String name) {
    return (byte[]) record.headers().lastWithName(name).value();
  }

  private static Change change(SourceRecord record) throws Exception {
    RecordHeaders headers = new RecordHeaders();
    for (Header header : record.headers()) {
      headers.add(header.key(), (byte[]) header.value());
    }
    return new ChangeReader(PlatformMapping.create())
        .read(
            ChangeReader.value((byte @Nullable []) record.value(), headers).orElseThrow(), headers);
  }
}
