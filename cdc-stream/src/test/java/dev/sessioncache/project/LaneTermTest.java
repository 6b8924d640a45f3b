package dev.sessioncache.project;

import static dev.sessioncache.changes.ChangeLine.SESSIONS;
import static dev.sessioncache.changes.ChangeLine.deleted;
import static dev.sessioncache.changes.ChangeLine.session;
import static dev.sessioncache.changes.ChangeLine.user;
import static dev.sessioncache.project.LaneDriver.BASELINE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.changes.ChangeLine;
import dev.sessioncache.changes.ControlRecords;
import dev.sessioncache.changes.Epoch;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a former capture still sends is ignored once its successor has begun. */
class LaneTermTest {

  private static final ChangeLine TERM = ChangeLine.of(ControlRecords.term());

  private LaneDriver lane;

  @BeforeEach
  void openLane(@TempDir Path stateDir) {
    lane = new LaneDriver(stateDir);
    lane.inTerm(10).take(TERM).loaded(user("u1").read(BASELINE));
  }

  @AfterEach
  void closeLane() {
    lane.close();
  }

  @Test
  void shouldNotBringBackADeletedSessionWhenTheFormerCaptureSendsItLate() {
    lane.inTerm(11).take(TERM, session("s1", "u1").created(100, 710));
    lane.take(deleted(SESSIONS, "s1", 101, 711));
    lane.entries();

    lane.inTerm(10).take(session("s1", "u1").created(100, 710));

    assertThat(lane.sent()).isEmpty();
    assertThat(ignored("former-term")).isEqualTo(1);
  }

  @Test
  void shouldIgnoreTheFormerCaptureFromTheAnnouncementOn() {
    lane.inTerm(11).take(TERM);

    lane.inTerm(10).take(session("s1", "u1").created(100, 710));

    assertThat(lane.sent()).isEmpty();
  }

  @Test
  void shouldNotBeginABaselineWhenTheFormerCaptureAnnouncesIt() {
    lane.inTerm(11).take(TERM);

    lane.inTerm(10).in(new Epoch(1, 2)).begin();
    lane.inTerm(11).in(new Epoch(1, 1)).take(session("s1", "u1").created(100, 710));

    assertThat(lane.sent()).containsExactly("put session:t-s1");
  }

  @Test
  void shouldNotEndABaselineWhenTheFormerCaptureSaysSo() {
    lane.inTerm(11).in(new Epoch(1, 2)).take(TERM).begin();

    lane.inTerm(10).end();
    lane.inTerm(11).take(session("s1", "u1").read(BASELINE));

    assertThat(lane.sent()).isEmpty();
  }

  @Test
  void shouldTakeWhatNamesNoTerm() {
    lane.inTerm(0).take(session("s1", "u1").created(100, 710));

    assertThat(lane.sent()).containsExactly("put session:t-s1");
  }

  @Test
  void shouldCountWhatIsOfAnOlderEpoch() {
    lane.in(new Epoch(1, 0)).take(session("s1", "u1").created(100, 710));

    assertThat(lane.sent()).isEmpty();
    assertThat(ignored("older-epoch")).isEqualTo(1);
  }

  private double ignored(String reason) {
    return lane.meters.get("warmer.project.ignored").tag("reason", reason).counter().count();
  }
}
