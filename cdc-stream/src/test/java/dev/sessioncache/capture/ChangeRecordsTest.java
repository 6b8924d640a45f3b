package dev.sessioncache.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.changes.ControlRecords;
import dev.sessioncache.changes.Epoch;
import dev.sessioncache.mapping.PlatformMapping;
import dev.sessioncache.topic.LaneSettings;
import dev.sessioncache.topic.Lanes;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.connect.data.Struct;
import org.junit.jupiter.api.Test;

/** Which lanes a change goes to, under which key, and in which order. */
class ChangeRecordsTest {

  private static final int LANES = 4;

  private final ChangeRecords records =
      new ChangeRecords(
          new LaneSettings(LANES, "test", (short) 1, Duration.ofSeconds(30)),
          PlatformMapping.create(),
          new Epoch(1, 3));

  @Test
  void shouldGoToTheLaneOfItsUserWhenASessionChanges() {
    for (String user : List.of("u1", "u2", "u3", "u4", "u5")) {
      List<ProducerRecord<String, byte[]>> sent =
          of(Envelopes.updated(Envelopes.session("s1", user), 100));

      assertThat(places(sent)).containsExactly(lane(user) + " user_sessions/s1");
    }
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
  void shouldNameTopicAndEpochOnEveryRecord() {
    List<ProducerRecord<String, byte[]>> sent =
        of(Envelopes.deleted(new Struct(Envelopes.SESSION).put("id", "s1"), 100));

    assertThat(sent)
        .allSatisfy(
            record -> {
              assertThat(record.topic()).isEqualTo("test.changes");
              assertThat(record.headers().lastHeader("epoch").value())
                  .asString(StandardCharsets.UTF_8)
                  .isEqualTo("1:3");
            });
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
