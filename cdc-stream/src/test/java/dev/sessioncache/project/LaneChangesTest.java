package dev.sessioncache.project;

import static dev.sessioncache.changes.ChangeLine.SESSIONS;
import static dev.sessioncache.changes.ChangeLine.USERS;
import static dev.sessioncache.changes.ChangeLine.deleted;
import static dev.sessioncache.changes.ChangeLine.session;
import static dev.sessioncache.changes.ChangeLine.truncated;
import static dev.sessioncache.changes.ChangeLine.user;
import static dev.sessioncache.project.LaneDriver.BASELINE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.changes.ChangeFormat;
import dev.sessioncache.changes.ChangeLine;
import dev.sessioncache.entries.Entry;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a change means for the cache in a lane that has caught up. */
class LaneChangesTest {

  private LaneDriver lane;

  @BeforeEach
  void openLane(@TempDir Path stateDir) {
    lane = new LaneDriver(stateDir);
    lane.loaded(
        user("u1").read(BASELINE),
        user("u2").read(BASELINE),
        session("s1", "u1").read(BASELINE),
        session("s2", "u1").read(BASELINE),
        session("s3", "u2").read(BASELINE));
  }

  @AfterEach
  void closeLane() {
    lane.close();
  }

  @Test
  void shouldPutTheDocumentWhenASessionIsCreated() {
    lane.take(session("s9", "u1").created(100, 710));

    assertThat(lane.document())
        .isEqualTo(
            "{\"id\":\"s9\",\"user_id\":\"u1\",\"ip_address\":\"10.0.0.1\",\"user_agent\":\"test\","
                + "\"created_at\":\"2026-01-31T11:00:00.000000Z\","
                + "\"last_activity_at\":\"2026-01-31T12:00:00.000000Z\","
                + "\"expires_at\":\"2026-02-28T12:00:00.000000Z\",\"request_count\":1,"
                + "\"data\":{\"cart\": [1, 2]},"
                + "\"user\":{\"email\":\"u1@example.org\",\"display_name\":\"u1\",\"role\":\"member\"}}");
  }

  @Test
  void shouldSayWhenTheSessionEndsAndWhenItsChangeWasCommitted() {
    lane.take(session("s9", "u1").created(100, 710));

    Entry.Put put = (Entry.Put) lane.entries().get(0);
    assertThat(Instant.ofEpochMilli(put.liveUntilMillis())) // 24 h after its last activity
        .isEqualTo(Instant.parse("2026-02-01T12:00:00Z"));
    assertThat(put.committedAtMicros()).isEqualTo(ChangeLine.committedAtMicros(100));
  }

  @Test
  void shouldRemoveTheSessionWhenItIsRevoked() {
    lane.take(session("s1", "u1").with("revoked_at", "2026-01-31T12:00:00Z").updated(100, 710));

    assertThat(lane.sent()).containsExactly("remove session:t-s1");
  }

  @Test
  void shouldRemoveTheSessionWhenItIsDeleted() {
    lane.take(deleted(SESSIONS, "s1", 100, 710), new ChangeLine(SESSIONS + "/s1", null));

    assertThat(lane.sent()).containsExactly("remove session:t-s1");
  }

  @Test
  void shouldSendNothingWhenTheDeletedSessionIsInAnotherLane() {
    lane.take(deleted(SESSIONS, "elsewhere", 100, 710));

    assertThat(lane.sent()).isEmpty();
  }

  @Test
  void shouldRemoveAllSessionsWhenTheirTableIsTruncated() {
    lane.take(truncated(SESSIONS, 100, 710));

    assertThat(lane.sent())
        .containsExactly("remove session:t-s1", "remove session:t-s2", "remove session:t-s3");
  }

  @Test
  void shouldRemoveAllSessionsWhenTheUsersAreTruncated() {
    lane.take(truncated(USERS, 100, 710));

    assertThat(lane.sent())
        .containsExactlyInAnyOrder(
            "remove session:t-s1", "remove session:t-s2", "remove session:t-s3");
  }

  @Test
  void shouldPutAllSessionsOfTheUserWhenTheRoleChanges() {
    lane.take(user("u1").with("role", "owner").updated(100, 710));

    List<Entry> sent = lane.entries();
    assertThat(sent).hasSize(2);
    assertThat(sent)
        .allSatisfy(
            entry ->
                assertThat(((Entry.Put) entry).document())
                    .asString()
                    .contains("\"role\":\"owner\""));
  }

  @Test
  void shouldSendNothingWhenAUserChangesInNothingThatMatters() {
    lane.take(user("u1").with("last_seen", "2026-01-31T12:00:00Z").updated(100, 710));

    assertThat(lane.sent()).isEmpty();
  }

  @Test
  void shouldRemoveAllSessionsOfTheUserWhenBanned() {
    lane.take(user("u1").with("status", "disabled").updated(100, 710));

    assertThat(lane.sent()).containsExactly("remove session:t-s1", "remove session:t-s2");
  }

  @Test
  void shouldRemoveAllSessionsOfTheUserWhenTheUserIsDeletedWithoutCascade() {
    lane.take(deleted(USERS, "u1", 100, 710));

    assertThat(lane.sent()).containsExactly("remove session:t-s1", "remove session:t-s2");
  }

  @Test
  void shouldNotCacheASessionWhenItsUserIsDeleted() {
    lane.take(deleted(USERS, "u1", 100, 710));
    lane.entries();

    lane.take(session("s1", "u1").with("request_count", 2).updated(101, 711));

    assertThat(lane.sent()).containsExactly("remove session:t-s1");
  }

  @Test
  void shouldNotCacheASessionWhenItHasNoUser() {
    lane.take(session("s9", null).created(100, 710));

    assertThat(lane.sent()).containsExactly("remove session:t-s9");
  }

  @Test
  void shouldCacheTheSessionWhenItsUserComesLater() {
    lane.take(session("s9", "u9").created(100, 710));
    lane.entries();

    lane.take(user("u9").created(101, 711));

    assertThat(lane.sent()).containsExactly("put session:t-s9");
  }

  @Test
  void shouldRemoveTheFormerKeyWhenTheTokenIsRotated() {
    lane.take(session("s1", "u1").with("token", "rotated").updated(100, 710));

    assertThat(lane.sent()).containsExactly("remove session:t-s1", "put session:rotated");
  }

  @Test
  void shouldSendNothingWhenTheTokenCannotBePartOfAKey() {
    lane.take(session("s9", "u1").with("token", "a b").created(100, 710));

    assertThat(lane.sent()).isEmpty();
  }

  @Test
  void shouldPutTheNewUsersDataWhenASessionChangesHandsWithinTheLane() {
    lane.take(session("s1", "u2").updated(100, 710));

    assertThat(lane.document()).contains("u2@example.org").contains("\"user_id\":\"u2\"");
  }

  @Test
  void shouldFollowOnlyTheNewUserWhenASessionHasChangedHandsWithinTheLane() {
    lane.take(session("s1", "u2").updated(100, 710));
    lane.entries();

    lane.take(user("u1").with("status", "disabled").updated(101, 711));

    assertThat(lane.sent()).containsExactly("remove session:t-s2");
  }

  @Test
  void shouldIgnoreAnUpdateWhenItIsSentAgain() {
    ChangeLine first = session("s1", "u1").with("request_count", 2).updated(100, 710);
    lane.take(first, session("s1", "u1").with("request_count", 3).updated(101, 711));
    lane.entries();

    lane.take(first);

    assertThat(lane.sent()).isEmpty();
  }

  @Test
  void shouldIgnoreADeletionWhenItIsSentAgainAfterTheRowCameBack() {
    lane.take(deleted(SESSIONS, "s1", 100, 710), session("s1", "u1").created(101, 711));
    lane.entries();

    lane.take(deleted(SESSIONS, "s1", 100, 710));

    assertThat(lane.sent()).isEmpty();
  }

  @Test
  void shouldIgnoreATruncationWhenItIsSentAgainAfterRowsCameBack() {
    lane.take(truncated(SESSIONS, 100, 710), session("s1", "u1").created(101, 711));
    lane.entries();

    lane.take(truncated(SESSIONS, 100, 710));

    assertThat(lane.sent()).isEmpty();
  }

  @Test
  void shouldIgnoreAChangeOfAUserWhenItIsSentAgain() {
    ChangeLine first = user("u1").with("role", "owner").updated(100, 710);
    lane.take(first, user("u1").with("role", "member").updated(101, 711));
    lane.entries();

    lane.take(first);

    assertThat(lane.sent()).isEmpty();
  }

  @Test
  void shouldTakeAnUnchangedToastValueFromItsStateWhenTheUpdateLeavesItOut() {
    lane.take(session("s1", "u1").with("data", ChangeFormat.UNCHANGED).updated(100, 710));

    assertThat(lane.document()).contains("\"data\":{\"cart\": [1, 2]}");
  }

  @Test
  void shouldNotCacheASessionWhenAnUnchangedValueIsUnknown() {
    lane.take(session("s9", "u1").with("data", ChangeFormat.UNCHANGED).updated(100, 710));

    assertThat(lane.sent()).containsExactly("remove session:t-s9");
  }

  @Test
  void shouldNotCacheSessionsWhenAnUnchangedValueOfTheirUserIsUnknown() {
    lane.take(user("u9").with("display_name", ChangeFormat.UNCHANGED).updated(100, 710));

    lane.take(session("s9", "u9").created(101, 711));

    assertThat(lane.sent()).containsExactly("remove session:t-s9");
  }

  @Test
  void shouldNotCacheASessionWhenAValueIsNotOfItsType() {
    lane.take(session("s1", "u1").with("request_count", "many").updated(100, 710));

    assertThat(lane.sent()).containsExactly("remove session:t-s1");
  }

  @Test
  void shouldNotCacheASessionWhenItsExpiryIsNoTimestamp() {
    lane.take(session("s1", "u1").with("expires_at", "soon").updated(100, 710));

    assertThat(lane.sent()).containsExactly("remove session:t-s1");
  }
}
