package dev.sessioncache.project;

import static dev.sessioncache.changes.ChangeLine.SESSIONS;
import static dev.sessioncache.changes.ChangeLine.deleted;
import static dev.sessioncache.changes.ChangeLine.session;
import static dev.sessioncache.changes.ChangeLine.user;
import static dev.sessioncache.project.LaneDriver.BASELINE;
import static dev.sessioncache.project.LaneDriver.BOUND;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.changes.ChangeLine;
import dev.sessioncache.changes.Epoch;
import dev.sessioncache.entries.Entry;
import dev.sessioncache.guard.StreamPosition;
import dev.sessioncache.guard.TransactionId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When a lane publishes, when it only takes away, and what a new baseline means to it. */
class LaneProgressTest {

  /** Of the baseline that the driver ends. */
  private static final String FLOOR =
      StreamPosition.beforeBaseline(1, 1, TransactionId.of(LaneDriver.BASELINE)).encode();

  private static final Duration RECENT = Duration.ofSeconds(1);
  private static final Duration TOO_OLD = BOUND.plusMillis(1);
  private static final Duration FAR_TOO_OLD = BOUND.multipliedBy(2).plusMillis(1);
  private static final Epoch SECOND_BASELINE = new Epoch(1, 2);

  private LaneDriver lane;

  @BeforeEach
  void openLane(@TempDir Path stateDir) {
    lane = new LaneDriver(stateDir);
  }

  @AfterEach
  void closeLane() {
    lane.close();
  }

  @Test
  void shouldPublishNothingWhenTheBaselineIsStillLoading() {
    lane.begin().take(user("u1").read(BASELINE), session("s1", "u1").read(BASELINE));

    lane.pulse(RECENT).tick();

    assertThat(lane.sent()).isEmpty();
  }

  @Test
  void shouldPublishNothingWhenTheBaselineHasEndedButNoPulseHasCome() {
    lane.begin().take(user("u1").read(BASELINE), session("s1", "u1").read(BASELINE));

    lane.end().tick();

    assertThat(lane.sent()).isEmpty();
  }

  @Test
  void shouldRemoveWhatIsNotLiveWhenTheBaselineEnds() {
    lane.begin()
        .take(
            user("u1").read(BASELINE),
            session("s1", "u1").read(BASELINE),
            session("s2", "u1").with("revoked_at", "2026-01-31T11:30:00Z").read(BASELINE));

    lane.end();

    assertThat(lane.sent()).containsExactly("remove session:t-s2");
  }

  @Test
  void shouldPublishAllLiveSessionsWhenItCatchesUp() {
    lane.begin()
        .take(
            user("u1").read(BASELINE),
            user("banned").with("status", "disabled").read(BASELINE),
            session("s1", "u1").read(BASELINE),
            session("s2", "u1").read(BASELINE),
            session("s3", "banned").read(BASELINE))
        .end();
    lane.entries();

    lane.pulse(RECENT).tick();

    assertThat(lane.sent()).containsExactly("put session:t-s1", "put session:t-s2");
  }

  @Test
  void shouldPublishMoreThanOnePieceWhenItHoldsManySessions() {
    int many = 1_200;
    lane.begin().take(user("u1").read(BASELINE));
    IntStream.range(0, many)
        .forEach(i -> lane.take(session("s%04d".formatted(i), "u1").read(BASELINE)));
    lane.end().tick().tick().tick().pulse(RECENT); // each tick confirms a piece

    IntStream.range(0, many).forEach(i -> lane.tick()); // a turn publishes one session at least

    assertThat(lane.sent()).hasSize(many).doesNotHaveDuplicates();
  }

  @Test
  void shouldStayBehindWhenThePulseIsOlderThanTheBound() {
    lane.begin().take(user("u1").read(BASELINE), session("s1", "u1").read(BASELINE)).end();

    lane.pulse(TOO_OLD).tick();

    assertThat(lane.sent()).isEmpty();
  }

  @Test
  void shouldStayBehindWhenThePulseWasSentBeforeTheBaselineWasComplete() {
    lane.begin().take(user("u1").read(BASELINE), session("s1", "u1").read(BASELINE)).end();

    lane.pulse(RECENT, false).tick();

    assertThat(lane.sent()).isEmpty();
  }

  @Test
  void shouldForwardAnOldPulseWhenItIsBehind() {
    lane.begin().end();

    lane.pulse(TOO_OLD); // a reader whose clock is behind would take it for current
    assertThat(lane.entries()).isEmpty();

    lane.pulse(FAR_TOO_OLD);
    assertThat(lane.entries()).containsExactly(pulse(FAR_TOO_OLD));
  }

  @Test
  void shouldHoldBackARecentPulseUntilAllIsPublished() {
    lane.begin().take(user("u1").read(BASELINE), session("s1", "u1").read(BASELINE)).end();
    lane.pulse(RECENT);
    assertThat(lane.all())
        .containsExactly(new Entry.Publishing(LaneDriver.NOW.minus(RECENT).toEpochMilli()));

    lane.tick().tick().pulse(RECENT);

    assertThat(lane.entries()).hasSize(2).last().isEqualTo(pulse(RECENT));
  }

  private static Entry pulse(Duration age) {
    return new Entry.Pulse(LaneDriver.NOW.minus(age).toEpochMilli(), FLOOR);
  }

  @Test
  void shouldRemoveWhatHasEndedSinceItWasHeldBackWhenItCatchesUp() {
    lane.begin()
        .take(
            user("u1").read(BASELINE),
            session("s1", "u1").with("expires_at", "2026-01-31T12:00:02Z").read(BASELINE),
            session("s2", "u1").with("expires_at", "2026-01-31T11:50:00Z").read(BASELINE))
        .end();
    assertThat(lane.sent()).containsExactly("remove session:t-s2");

    lane.clock.advance(Duration.ofSeconds(3));
    lane.pulse(RECENT).tick();

    assertThat(lane.sent()).containsExactly("remove session:t-s1");
  }

  @Test
  void shouldStopPublishingWhenItsWatermarkLeavesTheBoundMeanwhile() {
    lane.begin().take(user("u1").read(BASELINE), session("s1", "u1").read(BASELINE)).end();
    lane.pulse(RECENT);
    lane.clock.advance(TOO_OLD);

    lane.tick();

    assertThat(lane.sent()).isEmpty();
  }

  @Test
  void shouldDropSessionsWhenANewBaselineDoesNotConfirmThem() {
    lane.loaded(
        user("u1").read(BASELINE),
        session("s1", "u1").read(BASELINE),
        session("s2", "u1").read(BASELINE));

    lane.in(SECOND_BASELINE)
        .begin()
        .take(user("u1").read(BASELINE), session("s1", "u1").read(BASELINE))
        .end()
        .pulse(RECENT)
        .tick();

    assertThat(lane.sent()).containsExactly("remove session:t-s2", "put session:t-s1");
  }

  @Test
  void shouldForgetUsersWhenANewBaselineDoesNotConfirmThem() {
    lane.loaded(user("u1").read(BASELINE), session("s1", "u1").read(BASELINE));

    lane.in(SECOND_BASELINE)
        .begin()
        .take(session("s1", "u1").read(BASELINE))
        .end()
        .pulse(RECENT)
        .tick();

    assertThat(lane.sent()).containsOnly("remove session:t-s1");
  }

  @Test
  void shouldRemoveTheFormerKeyWhenANewBaselineFindsAnotherToken() {
    lane.loaded(user("u1").read(BASELINE), session("s1", "u1").read(BASELINE));

    lane.in(SECOND_BASELINE)
        .begin()
        .take(user("u1").read(BASELINE), session("s1", "u1").with("token", "new").read(BASELINE))
        .end()
        .pulse(RECENT)
        .tick();

    assertThat(lane.sent()).containsExactly("remove session:t-s1", "put session:new");
  }

  @Test
  void shouldIgnoreARecordWhenItIsOfAnOlderEpoch() {
    lane.in(SECOND_BASELINE).loaded(user("u1").read(BASELINE), session("s1", "u1").read(BASELINE));

    lane.in(new Epoch(1, 1)).take(deleted(SESSIONS, "s1", 900, 720));

    assertThat(lane.sent()).isEmpty();
  }

  @Test
  void shouldTakeAChangeWhenItIsOfANewTimelineAndLowerInTheLog() {
    lane.take(user("u1").created(10, 600), session("s1", "u1").created(5_000, 600));

    lane.in(new Epoch(2, 2))
        .loaded(user("u1").read(BASELINE), session("s1", "u1").read(BASELINE))
        .take(session("s1", "u1").with("request_count", 9).updated(50, 710));

    assertThat(lane.document()).contains("\"request_count\":9");
  }

  @Test
  void shouldFollowACaptureThatAnnouncesNoEpochWhenItIsTheOnlyOne() {
    ChangeLine userLine = user("u1").created(10, 600);
    ChangeLine sessionLine = session("s1", "u1").created(11, 601);
    lane.in(Epoch.NONE).pulse(RECENT);

    lane.take(userLine, sessionLine);

    assertThat(lane.sent()).containsExactly("put session:t-s1");
  }
}
