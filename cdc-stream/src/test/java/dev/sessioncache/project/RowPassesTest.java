package dev.sessioncache.project;

import static dev.sessioncache.changes.ChangeLine.SESSIONS;
import static dev.sessioncache.changes.ChangeLine.USERS;
import static dev.sessioncache.changes.ChangeLine.session;
import static dev.sessioncache.changes.ChangeLine.truncated;
import static dev.sessioncache.changes.ChangeLine.user;
import static dev.sessioncache.project.LaneDriver.BASELINE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.changes.ChangeLine;
import dev.sessioncache.changes.Epoch;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What concerns all rows of a lane that has more of them than one piece. */
class RowPassesTest {

  private static final int SESSIONS_OF_THE_LANE = 3 * RowPasses.ROWS_AT_A_TIME + 7;
  private static final Epoch NEXT = new Epoch(1, 2);

  private LaneDriver lane;

  @BeforeEach
  void openLane(@TempDir Path stateDir) {
    lane = new LaneDriver(stateDir);
    lane.loaded(rows(0, SESSIONS_OF_THE_LANE));
    publish();
    lane.entries();
  }

  @AfterEach
  void closeLane() {
    lane.close();
  }

  @Test
  void shouldRemoveWhatTheBaselineHasNotConfirmedAPieceAtATime() {
    lane.in(NEXT).begin().take(user("u1").read(BASELINE)).end();

    assertThat(lane.sent()).hasSize(RowPasses.ROWS_AT_A_TIME);
    publish();
    assertThat(lane.sent()).hasSize(SESSIONS_OF_THE_LANE - RowPasses.ROWS_AT_A_TIME);
  }

  @Test
  void shouldNotCatchUpBeforeTheBaselineIsConfirmed() {
    lane.in(NEXT).begin().take(user("u1").read(BASELINE), session("s0", "u1").read(BASELINE)).end();
    lane.entries();

    lane.pulse(Duration.ZERO);
    lane.take(session("new", "u1").created(0x100, 710));

    assertThat(lane.entries()).isEmpty();
    publish();
    lane.pulse(Duration.ZERO);
    publish();
    assertThat(lane.sent()).contains("put session:t-new", "put session:t-s0");
  }

  /**
   * Its removal in the new baseline would stand above the row of the lane that the session is in
   * now, which has no log position yet.
   */
  @Test
  void shouldSayNothingOfAnUnconfirmedSessionWhenItsUserChangesBeforeItsTurn() {
    lane.in(NEXT).begin().take(user("u1").read(BASELINE)).end();
    lane.entries();

    lane.take(user("u1").with("status", "banned").updated(0x100, 710));

    assertThat(lane.entries()).isEmpty();
  }

  @Test
  void shouldBeBehindWhileATruncationIsUnderWay() {
    lane.take(truncated(SESSIONS, 0x100, 710));

    assertThat(lane.sent()).hasSize(RowPasses.ROWS_AT_A_TIME).allMatch(RowPassesTest::isRemoval);
    lane.take(user("u1").with("role", "owner").updated(0x110, 711));
    lane.pulse(Duration.ZERO);
    assertThat(lane.entries()).isEmpty();
    publish();
    assertThat(lane.sent())
        .hasSize(SESSIONS_OF_THE_LANE - RowPasses.ROWS_AT_A_TIME)
        .allMatch(RowPassesTest::isRemoval);
  }

  @Test
  void shouldMakeOneTruncationAfterTheOtherWhenBothTablesAreTruncated() {
    lane.take(rows(SESSIONS_OF_THE_LANE, 2 * RowPasses.ROWS_AT_A_TIME));
    lane.take(truncated(SESSIONS, 0x100, 710), truncated(USERS, 0x101, 710));
    lane.take(session("new", "u1").created(0x110, 711));
    publish();
    lane.entries();

    lane.pulse(Duration.ZERO);
    publish();

    assertThat(lane.sent()).doesNotContain("put session:t-new"); // it has no user
  }

  private void publish() {
    IntStream.range(0, 200).forEach(i -> lane.tick());
  }

  private static boolean isRemoval(String sent) {
    return sent.startsWith("remove ");
  }

  private static ChangeLine[] rows(int from, int count) {
    Stream<ChangeLine> sessions =
        IntStream.range(from, from + count).mapToObj(i -> session("s" + i, "u1").read(BASELINE));
    return Stream.concat(Stream.of(user("u1").read(BASELINE)), sessions).toArray(ChangeLine[]::new);
  }
}
