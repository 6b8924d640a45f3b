package dev.sessioncache.project;

import static dev.sessioncache.changes.ChangeLine.SESSIONS;
import static dev.sessioncache.changes.ChangeLine.deleted;
import static dev.sessioncache.changes.ChangeLine.session;
import static dev.sessioncache.changes.ChangeLine.user;
import static dev.sessioncache.project.LaneDriver.BASELINE;
import static dev.sessioncache.project.LaneDriver.BOUND;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.changes.Epoch;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a lane takes away while it is behind, and what it publishes when it has caught up again. */
class FallenBehindTest {

  private static final Duration RECENT = Duration.ofSeconds(1);
  private static final Duration TOO_OLD = BOUND.plusMillis(1);

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
  void shouldOnlyTakeAwayWhenItsWatermarkHasLeftTheBound() {
    lane.loaded(
        user("u1").read(BASELINE),
        session("s1", "u1").read(BASELINE),
        session("s2", "u1").read(BASELINE));
    lane.clock.advance(TOO_OLD);

    lane.take(
        session("s1", "u1").with("request_count", 2).updated(100, 710),
        deleted(SESSIONS, "s2", 101, 711));

    assertThat(lane.sent()).containsExactly("remove session:t-s2");
  }

  @Test
  void shouldPublishWhatChangedMeanwhileWhenItCatchesUpAgain() {
    lane.loaded(user("u1").read(BASELINE), session("s1", "u1").read(BASELINE));
    lane.clock.advance(TOO_OLD);
    lane.take(session("s1", "u1").with("request_count", 2).updated(100, 710));

    lane.pulse(RECENT).tick();

    assertThat(lane.document()).contains("\"request_count\":2");
  }

  @Test
  void shouldPublishNothingElseWhenItHadPublishedAllBefore() {
    lane.loaded(
        user("u1").read(BASELINE),
        user("u2").read(BASELINE),
        session("s1", "u1").read(BASELINE),
        session("s2", "u2").read(BASELINE),
        session("s3", "u2").read(BASELINE),
        session("s4", "u1").read(BASELINE));
    lane.clock.advance(TOO_OLD);
    lane.take(
        session("s1", "u1").with("request_count", 2).updated(100, 710),
        user("u2").with("email", "new@example.org").updated(101, 711));

    lane.pulse(RECENT).tick();

    assertThat(lane.sent())
        .containsExactlyInAnyOrder("put session:t-s1", "put session:t-s2", "put session:t-s3");
  }

  @Test
  void shouldPublishWhatItHeldBackBothTimesWhenItFallsBehindMeanwhile() {
    lane.loaded(
        user("u1").read(BASELINE),
        session("s1", "u1").read(BASELINE),
        session("s2", "u1").read(BASELINE),
        session("s3", "u1").read(BASELINE));
    lane.clock.advance(TOO_OLD);
    lane.take(session("s1", "u1").with("request_count", 2).updated(100, 710)).pulse(RECENT);
    lane.clock.advance(TOO_OLD);
    lane.take(session("s2", "u1").with("request_count", 2).updated(101, 711));
    assertThat(lane.sent()).isEmpty();

    lane.pulse(RECENT).tick();

    assertThat(lane.sent()).containsExactlyInAnyOrder("put session:t-s1", "put session:t-s2");
  }

  @Test
  void shouldPublishAllWhenItFallsBehindBeforeItHasPublishedAll() {
    lane.begin()
        .take(
            user("u1").read(BASELINE),
            session("s1", "u1").read(BASELINE),
            session("s2", "u1").read(BASELINE))
        .end()
        .pulse(RECENT);
    lane.clock.advance(TOO_OLD);
    lane.take(session("s1", "u1").with("request_count", 2).updated(100, 710));

    lane.pulse(RECENT).tick();

    assertThat(lane.sent()).containsExactlyInAnyOrder("put session:t-s1", "put session:t-s2");
  }

  /** The log's newest word must not be the later end: refills and renewals put what it says. */
  @Test
  void shouldTakeAwayAtOnceWhatEndsSoonerThanItDidWhenItIsBehind() {
    lane.loaded(user("u1").read(BASELINE), session("s1", "u1").read(BASELINE));
    lane.clock.advance(TOO_OLD);

    lane.take(session("s1", "u1").with("expires_at", "2026-01-31T12:05:00Z").updated(100, 710));
    assertThat(lane.sent()).containsExactly("remove session:t-s1");

    lane.pulse(RECENT).tick();
    assertThat(lane.sent()).containsExactly("put session:t-s1");
  }

  @Test
  void shouldTakeAwayAtOnceWhatEndsSoonerThanItDidWhenABaselineLoads() {
    lane.loaded(user("u1").read(BASELINE), session("s1", "u1").read(BASELINE));

    lane.in(new Epoch(1, 2))
        .begin()
        .take(
            user("u1").read(BASELINE),
            session("s1", "u1").with("expires_at", "2026-01-31T12:05:00Z").read(BASELINE));

    assertThat(lane.sent()).containsExactly("remove session:t-s1");
  }

  /** Its removal would stand above the row that is read again. */
  @Test
  void shouldTakeNothingAwayWhenABaselineReadsARowTwice() {
    lane.begin()
        .take(
            user("u1").read(BASELINE),
            session("s1", "u1").read(BASELINE),
            session("s1", "u1").with("expires_at", "2026-01-31T12:05:00Z").read(BASELINE))
        .end();
    assertThat(lane.sent()).isEmpty();

    lane.pulse(RECENT).tick();

    assertThat(lane.sent()).containsExactly("put session:t-s1");
  }

  @Test
  void shouldTakeAwayWhatHasEndedWhileItWasHeldBack() {
    lane.loaded(
        user("u1").read(BASELINE),
        session("s1", "u1").with("expires_at", "2026-01-31T12:00:40Z").read(BASELINE));
    lane.clock.advance(TOO_OLD);
    lane.take(
        session("s1", "u1")
            .with("expires_at", "2026-01-31T12:00:40Z")
            .with("request_count", 2)
            .updated(100, 710));
    assertThat(lane.sent()).isEmpty();

    lane.clock.advance(Duration.ofSeconds(15));
    lane.pulse(RECENT).tick();

    assertThat(lane.sent()).containsExactly("remove session:t-s1");
  }

  @Test
  void shouldNotPutAgainWhatHasEndedLongAgoWhenItWasHeldBack() {
    lane.loaded(user("u1").read(BASELINE), session("s1", "u1").read(BASELINE));
    lane.clock.advance(TOO_OLD);
    lane.take(session("s1", "u1").with("expires_at", "2026-01-31T12:01:00Z").updated(100, 710));
    assertThat(lane.sent()).containsExactly("remove session:t-s1");

    lane.clock.advance(LaneDriver.GUARD.leaseTtl().multipliedBy(3));
    lane.pulse(RECENT).tick();

    assertThat(lane.sent()).isEmpty();
  }

  @Test
  void shouldPublishAllWhenItWasBehindForSoLongThatValuesHaveLapsed() {
    lane.loaded(
        user("u1").read(BASELINE),
        session("s1", "u1").read(BASELINE),
        session("s2", "u1").read(BASELINE));
    lane.clock.advance(LaneDriver.GUARD.leaseTtl());
    lane.take(session("s1", "u1").with("request_count", 2).updated(100, 710));

    lane.pulse(RECENT).tick();

    assertThat(lane.sent()).containsExactlyInAnyOrder("put session:t-s1", "put session:t-s2");
  }
}
