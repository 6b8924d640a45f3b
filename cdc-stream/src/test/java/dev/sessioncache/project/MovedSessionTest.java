package dev.sessioncache.project;

import static dev.sessioncache.changes.ChangeLine.session;
import static dev.sessioncache.changes.ChangeLine.user;
import static dev.sessioncache.project.LaneDriver.BASELINE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.changes.Epoch;
import dev.sessioncache.entries.Entry;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A session that gets a user of another lane (docs/decisions/0002): Postgres sends the new row
 * only, so the lane that gets it tells the others. User u0 lives in lane 0, u1 in lane 1.
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
  void shouldTellTheOtherLanesWhenAnUpdateIsOfAnUnknownSession() {
    lanes.take(1, session("s1", "u1").updated(0x200, 720));

    assertThat(lanes.notices(1))
        .singleElement()
        .satisfies(
            notice -> {
              assertThat(notice.key()).isEqualTo("~moved/s1");
              assertThat(notice.value().from()).isEqualTo(1);
              assertThat(notice.value().value())
                  .asString(UTF_8)
                  .isEqualTo("{\"id\":\"s1\",\"__lsn\":512,\"__txId\":720,\"__op\":\"moved\"}");
              assertThat(notice.headers().lastHeader("epoch").value())
                  .asString(UTF_8)
                  .isEqualTo("1:1");
            });
  }

  @Test
  void shouldTellNobodyWhenASessionIsCreatedOrAKnownOneUpdated() {
    lanes.take(0, session("s1", "u0").updated(0x200, 720), session("s2", "u0").created(0x210, 721));

    assertThat(lanes.notices(0)).isEmpty();
  }

  @Test
  void shouldDropTheOlderRowAndSayNothingBackWhenTheNoticeArrives() {
    lanes.take(1, session("s1", "u1").updated(0x200, 720));

    lanes.deliverFrom(1);

    assertThat(lanes.session(0, "s1")).isEmpty();
    assertThat(lanes.sessionsOf(0, "u0")).isEmpty();
    assertThat(lanes.notices(0)).isEmpty();
  }

  /**
   * Below the other lane's put, whose key is the same; newer than any snapshot that has not seen
   * the move.
   */
  @Test
  void shouldRemoveTheKeyBelowTheMoveWhenTheNoticeArrives() {
    lanes.take(1, session("s1", "u1").updated(0x200, 720));

    lanes.deliverFrom(1);

    assertThat(lanes.entries(0))
        .last()
        .isEqualTo(
            new Entry.Removal(
                "session:t-s1",
                "s:00000001:00000001:0000000000000100:FFFFFFFFFFFFFFFF:000002D0:000002D0",
                0));
  }

  @Test
  void shouldLeaveANewerRowWhenTheNoticeIsLate() {
    lanes.take(1, session("s1", "u1").updated(0x200, 720));
    lanes.take(0, session("s1", "u0").updated(0x300, 730));

    lanes.deliverFrom(1);

    assertThat(lanes.session(0, "s1")).isPresent();
  }

  @Test
  void shouldDropTheRowOfTheLaneInBetweenWhenTheSessionComesBackBeforeTheNotice() {
    lanes.take(1, session("s1", "u1").updated(0x200, 720));
    lanes.take(0, session("s1", "u0").updated(0x300, 730));

    lanes.deliverFrom(1).deliverFrom(0);

    assertThat(lanes.session(1, "s1")).isEmpty();
  }

  @Test
  void shouldNotBringTheRowBackWhenItsLastChangeInTheFormerLaneIsSentAgain() {
    lanes.take(0, session("s1", "u0").updated(0x180, 715));
    lanes.take(1, session("s1", "u1").updated(0x200, 720)).deliverFrom(1);

    lanes.take(0, session("s1", "u0").updated(0x180, 715)).deliverFrom(0).deliverFrom(1);

    assertThat(lanes.session(0, "s1")).isEmpty();
    assertThat(lanes.session(1, "s1")).isPresent();
  }

  @Test
  void shouldIgnoreTheNoticeWhenANewBaselineHasBegunInTheLane() {
    lanes.take(1, session("s1", "u1").updated(0x200, 720));
    lanes.in(new Epoch(1, 2)).loaded(user("u0").read(BASELINE), session("s1", "u0").read(BASELINE));
    lanes.take(1, session("s2", "u1").created(0x210, 721));

    lanes.deliverFrom(1);

    assertThat(lanes.session(0, "s1")).isPresent();
  }

  @Test
  void shouldIgnoreANoticeWhenItDoesNotKnowTheSession() {
    lanes.take(1, session("s7", "u1").updated(0x200, 720));

    lanes.deliverFrom(1);

    assertThat(lanes.entries(0)).hasSize(1); // the put of s1
    assertThat(lanes.notices(0)).isEmpty();
  }
}
