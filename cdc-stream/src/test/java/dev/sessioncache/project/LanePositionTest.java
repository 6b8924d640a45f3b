package dev.sessioncache.project;

import static dev.sessioncache.changes.ChangeLine.SESSIONS;
import static dev.sessioncache.changes.ChangeLine.USERS;
import static dev.sessioncache.changes.ChangeLine.deleted;
import static dev.sessioncache.changes.ChangeLine.session;
import static dev.sessioncache.changes.ChangeLine.user;
import static dev.sessioncache.project.LaneDriver.BASELINE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.changes.Epoch;
import dev.sessioncache.entries.Entry;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The positions that the guard compares: timeline, baseline, log position of session and user,
 * transaction of session and user (docs/decisions/0001-guard-positions.md). Transaction 700 (hex
 * 2BC) is the baseline's, 0x100 and up are log positions.
 */
class LanePositionTest {

  private LaneDriver lane;

  @BeforeEach
  void openLane(@TempDir Path stateDir) {
    lane = new LaneDriver(stateDir);
    lane.loaded(user("u1").read(BASELINE), session("s1", "u1").read(BASELINE));
  }

  @AfterEach
  void closeLane() {
    lane.close();
  }

  @Test
  void shouldHaveZeroLogPositionsWhenBothRowsAreOfTheBaseline(@TempDir Path other) {
    try (LaneDriver loading = new LaneDriver(other)) {
      loading
          .begin()
          .take(user("u1").read(BASELINE), session("s1", "u1").read(BASELINE))
          .end()
          .pulse(Duration.ZERO);
      loading.entries();

      loading.tick();

      assertThat(loading.position())
          .isEqualTo("s:00000001:00000001:0000000000000000:0000000000000000:000002BC:000002BC");
    }
  }

  @Test
  void shouldHaveTheSessionsVersionWhenTheSessionChanges() {
    lane.take(session("s1", "u1").with("request_count", 2).updated(0x100, 0x2D0));

    assertThat(lane.position())
        .isEqualTo("s:00000001:00000001:0000000000000100:0000000000000000:000002D0:000002BC");
  }

  @Test
  void shouldHaveTheUsersVersionWhenTheUserChanges() {
    lane.take(user("u1").with("role", "owner").updated(0x200, 0x2D1));

    assertThat(lane.position())
        .isEqualTo("s:00000001:00000001:0000000000000000:0000000000000200:000002BC:000002D1");
  }

  @Test
  void shouldHaveTheDeletionsVersionWhenTheSessionIsDeleted() {
    lane.take(deleted(SESSIONS, "s1", 0x300, 0x2D2));

    assertThat(lane.position())
        .isEqualTo("s:00000001:00000001:0000000000000300:0000000000000000:000002D2:000002BC");
  }

  @Test
  void shouldHaveTheDeletionsVersionWhenTheUserIsDeleted() {
    lane.take(deleted(USERS, "u1", 0x300, 0x2D2));

    assertThat(lane.position())
        .isEqualTo("s:00000001:00000001:0000000000000000:0000000000000300:000002BC:000002D2");
  }

  @Test
  void shouldHaveTheRotationsVersionWhenTheFormerKeyIsRemoved() {
    lane.take(session("s1", "u1").with("token", "rotated").updated(0x100, 0x2D0));

    assertThat(((Entry.Removal) lane.entries().get(0)).position())
        .isEqualTo("s:00000001:00000001:0000000000000100:0000000000000000:000002D0:000002BC");
  }

  @Test
  void shouldCountTheSessionsTransactionTwiceWhenTheUserIsUnknown() {
    lane.take(session("s9", "nobody").created(0x100, 0x2D0));

    assertThat(lane.position())
        .isEqualTo("s:00000001:00000001:0000000000000100:0000000000000000:000002D0:000002D0");
  }

  @Test
  void shouldTakeTheLow32BitsWhenATransactionIdIsWider() {
    lane.take(session("s1", "u1").with("request_count", 2).updated(0x100, 0x5_0000_0001L));

    assertThat(lane.position())
        .isEqualTo("s:00000001:00000001:0000000000000100:0000000000000000:00000001:000002BC");
  }

  /**
   * Above every write of the first baseline for this key, whatever the user's version in it was,
   * and below every write of the second: the key may live on in another lane. No snapshot taken
   * before the second baseline sees its transaction.
   */
  @Test
  void shouldLieBetweenTheBaselinesWhenTheNewOneDoesNotConfirmASession() {
    lane.take(user("u1").with("role", "owner").updated(0x200, 0x2D1));
    lane.entries();

    lane.in(new Epoch(1, 2)).begin().take(user("u1").read(BASELINE + 0x100)).end();

    assertThat(lane.position())
        .isEqualTo("s:00000001:00000001:0000000000000000:FFFFFFFFFFFFFFFF:000002BC:000002BC");
  }
}
