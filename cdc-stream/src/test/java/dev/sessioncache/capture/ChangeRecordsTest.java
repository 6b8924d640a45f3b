package dev.sessioncache.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.changes.Change;
import dev.sessioncache.changes.ChangeReader;
import dev.sessioncache.changes.ControlRecords;
import dev.sessioncache.changes.Epoch;
import dev.sessioncache.guard.RowVersion;
import dev.sessioncache.guard.TransactionId;
import dev.sessioncache.mapping.Lanes;
import dev.sessioncache.mapping.PlatformMapping;
import dev.sessioncache.topic.LaneSettings;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.connect.data.Struct;
import org.junit.jupiter.api.Test;

/** Which lanes a change goes to, under which key, and in which order. */
class ChangeRecordsTest {

  private static final int LANES = 4;
  private static final String IN_LANE_0 = "u1";
  private static final String IN_LANE_3 = "u5";

  private final MeterRegistry meters = new SimpleMeterRegistry();
  private final ChangeRecords records =
      new ChangeRecords(
          new LaneSettings(LANES, "test", (short) 1, Duration.ofSeconds(30)),
          PlatformMapping.create(),
          new Epoch(1, 3),
          42,
          new SessionLanes(),
          new CaptureProgress(meters));

  @Test
  void shouldGoToTheLaneOfItsUserWhenASessionChanges() {
    for (String user : List.of("u1", "u2", "u3", "u4", "u5")) {
      of(Envelopes.created(Envelopes.session(user + "-s", user), 100));

      List<ProducerRecord<String, byte[]>> sent =
          of(Envelopes.updated(Envelopes.session(user + "-s", user), 110));

      assertThat(places(sent)).containsExactly(lane(user) + " user_sessions/" + user + "-s");
    }
  }

  /** Postgres sends the new row only. */
  @Test
  void shouldTellTheLaneThatTheSessionHasLeftWhenItsUserChanges() throws Exception {
    of(Envelopes.read(Envelopes.session("s1", IN_LANE_0), 100));

    List<ProducerRecord<String, byte[]>> sent =
        of(Envelopes.updated(Envelopes.session("s1", IN_LANE_3), 110));

    assertThat(places(sent)).containsExactly("3 user_sessions/s1", "0 user_sessions/s1 tombstone");
    assertThat(change(sent.get(1)))
        .isEqualTo(new Change.Moved("s1", new RowVersion(110, TransactionId.of(700))));
  }

  @Test
  void shouldTellEachLaneThatTheSessionHasLeftWhenItGoesOnAndComesBack() {
    of(Envelopes.created(Envelopes.session("s1", IN_LANE_0), 100));

    assertThat(places(of(Envelopes.updated(Envelopes.session("s1", IN_LANE_3), 110))))
        .containsExactly("3 user_sessions/s1", "0 user_sessions/s1 tombstone");
    assertThat(places(of(Envelopes.updated(Envelopes.session("s1", IN_LANE_0), 120))))
        .containsExactly("0 user_sessions/s1", "3 user_sessions/s1 tombstone");
    assertThat(places(of(Envelopes.updated(Envelopes.session("s1", IN_LANE_0), 130))))
        .containsExactly("0 user_sessions/s1");
  }

  /** As after a start of capture. */
  @Test
  void shouldTellAllOtherLanesWhenItIsNotKnownWhereAnUpdatedSessionWas() {
    assertThat(places(of(Envelopes.updated(Envelopes.session("s1", IN_LANE_3), 110))))
        .containsExactly(
            "3 user_sessions/s1",
            "0 user_sessions/s1 tombstone",
            "1 user_sessions/s1 tombstone",
            "2 user_sessions/s1 tombstone");
  }

  @Test
  void shouldGoToItsOwnLaneWhenAUserChanges() {
    assertThat(places(of(Envelopes.created(Envelopes.user("u2"), 100))))
        .containsExactly(lane("u2") + " users/u2");
  }

  @Test
  void shouldGoToTheLaneOfTheEmptyIdWhenASessionHasNoUser() {
    assertThat(places(of(Envelopes.created(Envelopes.session("s1", null), 100))))
        .containsExactly(lane("") + " user_sessions/s1");
  }

  /** Only the primary key is known: the lane that holds the row acts. */
  @Test
  void shouldGoToAllLanesWithATombstoneBehindWhenASessionIsDeleted() {
    List<ProducerRecord<String, byte[]>> sent =
        of(Envelopes.deleted(new Struct(Envelopes.SESSION).put("id", "s1"), 100));

    assertThat(places(sent))
        .containsExactly(
            "0 user_sessions/s1",
            "1 user_sessions/s1",
            "2 user_sessions/s1",
            "3 user_sessions/s1",
            "0 user_sessions/s1 tombstone",
            "1 user_sessions/s1 tombstone",
            "2 user_sessions/s1 tombstone",
            "3 user_sessions/s1 tombstone");
  }

  @Test
  void shouldGoToItsOwnLaneWithATombstoneBehindWhenAUserIsDeleted() {
    assertThat(places(of(Envelopes.deleted(Envelopes.user("u2"), 100))))
        .containsExactly(lane("u2") + " users/u2", lane("u2") + " users/u2 tombstone");
  }

  @Test
  void shouldGoToAllLanesWhenATableIsTruncated() {
    assertThat(places(of(Envelopes.truncated(Envelopes.USER, 100))))
        .containsExactly("0 users", "1 users", "2 users", "3 users");
  }

  @Test
  void shouldGoToAllLanesWhenItIsAControlRecord() {
    assertThat(places(records.of(ControlRecords.pulse(5, true)).toList()))
        .containsExactly("0 ~pulse", "1 ~pulse", "2 ~pulse", "3 ~pulse");
  }

  @Test
  void shouldNameTopicEpochAndTermOnEveryRecord() {
    List<ProducerRecord<String, byte[]>> sent =
        of(Envelopes.deleted(new Struct(Envelopes.SESSION).put("id", "s1"), 100));

    assertThat(sent)
        .allSatisfy(
            record -> {
              assertThat(record.topic()).isEqualTo("test.changes");
              assertThat(record.headers().lastHeader("epoch").value())
                  .asString(StandardCharsets.UTF_8)
                  .isEqualTo("1:3");
              assertThat(record.headers().lastHeader("term").value())
                  .asString(StandardCharsets.UTF_8)
                  .isEqualTo("42");
            });
  }

  /** What it leaves is never complete, so that every later change of it takes the session away. */
  @Test
  void shouldKeepTokenAndUserOnlyWhenASessionIsTooLargeForARecord() throws Exception {
    of(Envelopes.created(Envelopes.session("s1", IN_LANE_0), 90));
    Struct session = Envelopes.session("s1", IN_LANE_3).put("data", tooLarge());

    List<ProducerRecord<String, byte[]>> sent = of(Envelopes.updated(session, 100));

    assertThat(places(sent)).containsExactly("3 user_sessions/s1", "0 user_sessions/s1 tombstone");
    Change.Upsert change = (Change.Upsert) change(sent.get(0));
    assertThat(change.version()).isEqualTo(new RowVersion(100, TransactionId.of(700)));
    assertThat(change.committedAtMicros()).isEqualTo(1_769_860_800_123_456L);
    assertThat(change.columns().path("user_id").asText()).isEqualTo(IN_LANE_3);
    assertThat(change.columns().path("token").asText()).isEqualTo(session.getString("token"));
    assertThat(change.columns().has("data")).isFalse();
    assertThat(meters.get("warmer.capture.too.large").counter().count()).isEqualTo(1);
  }

  @Test
  void shouldStandAtTheStartOfTheBaselineWhenARowThatItReadIsTooLarge() {
    Struct session = Envelopes.session("s1", "u1").put("data", tooLarge());

    assertThat(of(Envelopes.read(session, 100)).get(0).value())
        .asString(StandardCharsets.UTF_8)
        .contains("\"__op\":\"too-large\"", "\"__lsn\":0");
  }

  @Test
  void shouldSaySoInItsOwnLaneWhenAUserIsTooLargeForARecord() {
    assertThat(places(of(Envelopes.updated(Envelopes.user("u2").put("role", tooLarge()), 100))))
        .containsExactly(lane("u2") + " users/u2");
  }

  private static Change change(ProducerRecord<String, byte[]> record) throws Exception {
    return new ChangeReader(PlatformMapping.create())
        .read(ChangeReader.value(record.value(), record.headers()).orElseThrow(), record.headers());
  }

  private static String tooLarge() {
    return "x".repeat(LaneSettings.MAX_VALUE_BYTES);
  }

  private List<ProducerRecord<String, byte[]>> of(Struct envelope) {
    return records.of(envelope).toList();
  }

  private static int lane(String user) {
    return new Lanes(LANES).of(user);
  }

  private static List<String> places(List<ProducerRecord<String, byte[]>> sent) {
    return sent.stream()
        .map(
            record ->
                record.partition()
                    + " "
                    + record.key()
                    + (record.value() == null ? " tombstone" : ""))
        .toList();
  }
}
