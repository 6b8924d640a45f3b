package dev.sessioncache.project;

import static dev.sessioncache.changes.ChangeLine.moved;
import static dev.sessioncache.changes.ChangeLine.session;
import static dev.sessioncache.changes.ChangeLine.user;
import static dev.sessioncache.project.LaneDriver.BASELINE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.changes.Epoch;
import dev.sessioncache.entries.Entry;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A session that gets a user of another lane (docs/decisions/0002): its former lane is told in the
 * order of commits. User u0 lives in lane 0, u1 in lane 1.
 */
class MovedSessionTest {

  private TwoLanes lanes;

  @BeforeEach
  void openLanes(@TempDir Path stateDir) {
    lanes = new TwoLanes(stateDir).loaded(user("u0").read(BASELINE), user("u1").read(BASELINE));
    lanes.take(0, session("s1", "u0").created(0x100, 710));
  }

  @AfterEach
  void closeLanes() {
    lanes.close();
  }

  @Test
  void shouldDropTheRowWhenTheSessionHasLeft() {
    lanes.take(0, moved("s1", 0x200, 720));

    assertThat(lanes.session(0, "s1")).isEmpty();
    assertThat(lanes.sessionsOf(0, "u0")).isEmpty();
  }

  /**
   * Below the other lane's put, whose key is the same; newer than any snapshot that has not seen
   * the move.
   */
  @Test
  void shouldRemoveTheKeyBelowTheMoveWhenTheSessionHasLeft() {
    lanes.take(0, moved("s1", 0x200, 720));

    assertThat(lanes.entries(0))
        .last()
        .isEqualTo(
            new Entry.Removal(
                "session:t-s1",
                "s:00000001:00000001:0000000000000100:FFFFFFFFFFFFFFFF:000002D0:000002D0",
                0));
  }

  /** However far behind the lane of the new user is. */
  @Test
  void shouldNotPutTheFormerRowWhenTheFormerUserChangesAfterTheMove() {
    lanes.take(0, moved("s1", 0x200, 720));
    lanes.drain(0);

    lanes.take(0, user("u0").with("role", "owner").updated(0x210, 721));

    assertThat(lanes.drain(0)).isEmpty();
  }

  @Test
  void shouldHaveTheSessionWhereItCameBackWhenItWentToAndFro() {
    lanes.take(0, moved("s1", 0x200, 720), session("s1", "u0").updated(0x300, 730));
    lanes.take(1, session("s1", "u1").updated(0x200, 720), moved("s1", 0x300, 730));

    assertThat(lanes.session(0, "s1")).isPresent();
    assertThat(lanes.session(1, "s1")).isEmpty();
  }

  @Test
  void shouldLeaveANewerRowWhenTheNoticeIsSentAgain() {
    lanes.take(0, moved("s1", 0x200, 720), session("s1", "u0").updated(0x300, 730));

    lanes.take(0, moved("s1", 0x200, 720));

    assertThat(lanes.session(0, "s1")).isPresent();
  }

  @Test
  void shouldNotKeepTheRowWhenItsLastChangeInTheFormerLaneIsSentAgain() {
    lanes.take(0, session("s1", "u0").updated(0x180, 715), moved("s1", 0x200, 720));

    lanes.take(0, session("s1", "u0").updated(0x180, 715), moved("s1", 0x200, 720));

    assertThat(lanes.session(0, "s1")).isEmpty();
  }

  @Test
  void shouldIgnoreTheNoticeWhenANewBaselineHasBegunInTheLane() {
    lanes.in(new Epoch(1, 2)).loaded(user("u0").read(BASELINE), session("s1", "u0").read(BASELINE));

    lanes.in(new Epoch(1, 1)).take(0, moved("s1", 0x200, 720));

    assertThat(lanes.session(0, "s1")).isPresent();
  }

  @Test
  void shouldIgnoreANoticeWhenItDoesNotKnowTheSession() {
    lanes.drain(0);

    lanes.take(0, moved("s7", 0x200, 720));

    assertThat(lanes.entries(0)).isEmpty();
  }
}
