package dev.sessioncache.project;

import static dev.sessioncache.changes.ChangeLine.session;
import static dev.sessioncache.changes.ChangeLine.user;
import static dev.sessioncache.project.LaneDriver.BASELINE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.changes.Epoch;
import dev.sessioncache.entries.Entry;
import dev.sessioncache.topic.LaneSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A session of which a change could not be read is uncached, never stale, until the next one. */
class UnusableRecordsTest {

  private static final String EPOCH = "1:1";
  private static final byte[] RANDOM = {0x7f, (byte) 0xfe, 0, 17};

  private LaneDriver lane;

  @BeforeEach
  void openLane(@TempDir Path stateDir) {
    lane = new LaneDriver(stateDir);
    lane.loaded(
        user("u1").read(BASELINE),
        session("s1", "u1").read(BASELINE),
        session("s2", "u1").read(BASELINE));
    lane.take(session("s1", "u1").updated(0x100, 710));
    lane.entries();
  }

  @AfterEach
  void closeLane() {
    lane.close();
  }

  static Stream<byte[]> unusable() {
    String good = new String(session("s1", "u1").updated(0x200, 720).value(), UTF_8);
    byte[] random = new byte[300];
    new Random(1).nextBytes(random);
    return Stream.concat(
        Stream.of(random, new byte[LaneSettings.MAX_RECORD_BYTES + 1]),
        Stream.of(
                "",
                good.substring(0, good.length() / 2),
                good.replace("\"u\"", "\"x\""),
                good.replace("\"__lsn\":512,", ""),
                good.replace("\"__table\":\"user_sessions\",", ""),
                good.replace("\"__lsn\":512", "\"__lsn\":512,\"__lsn\":513"),
                good.replace("\"__lsn\":512", "\"__lsn\":-512"),
                good.replace("\"__lsn\":512", "\"__lsn\":\"512\""),
                good.replace("\"__lsn\":512", "\"__lsn\":5.5"),
                good.replace("\"__lsn\":512", "\"__lsn\":1e99999999"),
                good.replace("\"__lsn\":512", "\"__lsn\":" + "9".repeat(5000)),
                good.replace("\"__txId\":720", "\"__txId\":99999999999999999999"),
                "[".repeat(100_000),
                "{\"a\":".repeat(100_000),
                good + good)
            .map(text -> text.getBytes(UTF_8)));
  }

  @ParameterizedTest
  @MethodSource("unusable")
  void shouldTakeTheSessionAwayUntilItsNextGoodChange(byte[] value) {
    lane.take("user_sessions/s1", value, EPOCH);
    assertThat(lane.sent()).containsExactly("remove session:t-s1");
    assertThat(lane.deadLetters()).hasSize(1);

    lane.take(user("u1").with("role", "owner").updated(0x210, 721));
    assertThat(lane.sent()).containsExactlyInAnyOrder("remove session:t-s1", "put session:t-s2");

    lane.take(session("s1", "u1").updated(0x300, 730));
    assertThat(lane.sent()).containsExactly("put session:t-s1");
    assertThat(lane.counts.deadLetters()).isEqualTo(1);
  }

  /** Above the version that was there, below the next; no snapshot sees the unread transaction. */
  @Test
  void shouldStandBetweenTheLastVersionAndTheNextWhenTheSessionIsTakenAway() {
    lane.take("user_sessions/s1", RANDOM, EPOCH);

    assertThat(lane.position())
        .isEqualTo("s:00000001:00000001:0000000000000101:0000000000000000:400002C6:400002C6");
  }

  @Test
  void shouldStayAwayWhenTheLastGoodChangeIsSentAgain() {
    lane.take("user_sessions/s1", RANDOM, EPOCH);
    lane.take(session("s1", "u1").updated(0x100, 710));
    lane.take("user_sessions/s1", RANDOM, EPOCH);

    assertThat(lane.sent()).doesNotContain("put session:t-s1");
  }

  @Test
  void shouldRemoveTheFormerKeyWhenTheNextChangeHasAnotherToken() {
    lane.take("user_sessions/s1", RANDOM, EPOCH);
    lane.entries();

    lane.take(session("s1", "u1").with("token", "new").updated(0x300, 730));

    assertThat(lane.sent()).containsExactly("remove session:t-s1", "put session:new");
  }

  @Test
  void shouldTakeAllSessionsOfAUserAwayUntilTheUsersNextGoodChange() {
    lane.take("users/u1", RANDOM, EPOCH);
    assertThat(lane.sent()).containsExactlyInAnyOrder("remove session:t-s1", "remove session:t-s2");

    lane.take(session("s2", "u1").updated(0x200, 720));
    assertThat(lane.sent()).containsExactly("remove session:t-s2");

    lane.take(user("u1").updated(0x300, 730));
    assertThat(lane.sent()).containsExactlyInAnyOrder("put session:t-s1", "put session:t-s2");
  }

  @Test
  void shouldPublishNoUnusableSessionWhenTheLaneCatchesUp() {
    lane.take("user_sessions/s1", RANDOM, EPOCH);
    lane.entries();
    lane.clock.advance(Duration.ofMinutes(5));
    lane.pulse(Duration.ofMinutes(1))
        .take(user("u1").with("email", "new@example.org").updated(0x300, 730));
    lane.entries();

    lane.pulse(Duration.ZERO).tick().tick();

    assertThat(lane.sent()).containsExactly("put session:t-s2");
  }

  /** Its rows have log position 0, below what the removal would have in the new baseline. */
  @Test
  void shouldBeHealedByANewBaselineWhenTheRecordCameInTheMiddleOfIt() {
    lane.in(new Epoch(1, 2)).begin();
    lane.take("user_sessions/s1", RANDOM, "1:2");
    lane.take("users/u1", RANDOM, "1:2");
    List<Entry> removals = lane.entries();
    assertThat(removals)
        .allMatch(entry -> ((Entry.Removal) entry).position().startsWith("s:00000001:00000001:"));

    lane.take(
            user("u1").read(BASELINE),
            session("s1", "u1").read(BASELINE),
            session("s2", "u1").read(BASELINE))
        .end()
        .pulse(Duration.ZERO)
        .tick()
        .tick();

    assertThat(lane.sent()).containsExactlyInAnyOrder("put session:t-s1", "put session:t-s2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "s1", "user_sessions/", "user_sessions", "other/s1", "USER_SESSIONS/s1", "~x"})
  void shouldTouchNoSessionWhenTheKeyIsNoneOfOurs(String key) {
    lane.take(key, RANDOM, EPOCH);

    assertThat(lane.sent()).isEmpty();
    assertThat(lane.deadLetters()).singleElement().extracting(TestRecord::key).isEqualTo(utf8(key));
  }

  @Test
  void shouldTouchNoSessionWhenTheKeyIsNoText() {
    byte[] key = utf8("user_sessions/s1");
    key[key.length - 1] = (byte) 0xff;

    lane.takeBytes(key, RANDOM, EPOCH);

    assertThat(lane.sent()).isEmpty();
    assertThat(lane.deadLetters()).singleElement().extracting(TestRecord::key).isEqualTo(key);
  }

  @Test
  void shouldTakeNothingForTheRowOfAKeyWhenItsControlRecordIsUnreadable() {
    lane.take("~baseline-begin", utf8("{\"__op\":\"baseline-be"), "1:2");
    lane.take("~pulse", RANDOM, EPOCH);

    assertThat(lane.sent()).isEmpty();
    assertThat(lane.deadLetters()).hasSize(2);
    lane.take(session("s1", "u1").updated(0x200, 720));
    assertThat(lane.sent()).containsExactly("put session:t-s1");
  }

  @Test
  void shouldCarryKeyValueAndReasonIntoTheDeadLetter() {
    lane.take("user_sessions/s1", RANDOM, EPOCH);

    TestRecord<byte[], byte[]> letter = lane.deadLetters().get(0);

    assertThat(letter.key()).isEqualTo(utf8("user_sessions/s1"));
    assertThat(letter.value()).isEqualTo(RANDOM);
    assertThat(letter.headers().toArray())
        .extracting(header -> header.key() + "=" + new String(header.value(), UTF_8))
        .containsExactly(
            "reason=the value is not JSON",
            "stage=project",
            "topic=test.changes",
            "lane=0",
            "offset=7",
            "value.bytes=4");
  }

  @Test
  void shouldLeaveTheValueOutOfTheDeadLetterWhenItIsLongerThanAMebibyte() {
    byte[] value = new byte[1024 * 1024 + 1];
    Arrays.fill(value, (byte) ' ');

    lane.take("user_sessions/s1", value, EPOCH);
    lane.take("user_sessions/s1", Arrays.copyOf(value, 1024 * 1024), EPOCH);

    assertThat(lane.deadLetters())
        .extracting(letter -> letter.value() == null ? 0 : letter.value().length)
        .containsExactly(0, 1024 * 1024);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }
}
