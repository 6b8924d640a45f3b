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
import dev.sessioncache.entries.Entry;
import dev.sessioncache.guard.TransactionId;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A lane whose offset was lost, or that was stopped until Kafka had dropped deletions. */
class LostOffsetsTest {

  private TwoLanes lanes;

  @BeforeEach
  void openLanes(@TempDir Path stateDir) {
    lanes = new TwoLanes(stateDir).loaded(user("u0").read(BASELINE), user("u1").read(BASELINE));
    lanes.take(0, session("kept", "u0").created(0x100, 710));
    lanes.take(0, session("gone", "u0").created(0x110, 711));
    lanes.take(0, deleted(SESSIONS, "gone", 0x120, 712));
    lanes.take(0, pulse(Duration.ZERO));
    lanes.drain(0);
  }

  @AfterEach
  void closeLanes() {
    lanes.close();
  }

  @Test
  void shouldPutNoDeletedSessionWhileItReadsItsChangesAgain() {
    lanes.loseOffset(0);

    lanes.take(0, session("kept", "u0").created(0x100, 710));
    lanes.take(0, session("gone", "u0").created(0x110, 711));

    assertThat(lanes.drain(0)).noneMatch(Entry.Put.class::isInstance);
    lanes.take(0, deleted(SESSIONS, "gone", 0x120, 712));
    lanes.take(0, pulse(Duration.ofMinutes(1)));
    lanes.take(0, session("kept", "u0").updated(0x130, 713));
    assertThat(lanes.drain(0)).noneMatch(Entry.Put.class::isInstance);
    lanes.take(0, pulse(Duration.ZERO));
    lanes.take(0, session("kept", "u0").updated(0x140, 714));
    assertThat(lanes.drain(0))
        .filteredOn(Entry.Put.class::isInstance)
        .extracting(entry -> ((Entry.Put) entry).key())
        .containsExactly("session:t-kept");
  }

  @Test
  void shouldForgetWhatItHeldWhenItWasStoppedForLongerThanDeletionsAreKept() {
    lanes.restart(0, Duration.ofDays(6).plusMinutes(1));

    lanes.take(0, user("u0").updated(0x200, 720));

    assertThat(lanes.session(0, "kept")).isEmpty();
    assertThat(lanes.drain(0))
        .extracting(entry -> ((Entry.Removal) entry).key())
        .containsExactly("session:t-kept");
  }

  /** What was forgotten is not known to be all: only a baseline makes the lane complete. */
  @Test
  void shouldOnlyTakeAwayUntilTheNextBaselineWhenItHasForgotten() {
    lanes.restart(0, Duration.ofDays(6).plusMinutes(1));
    lanes.take(0, pulse(Duration.ofDays(-6).minusMinutes(1)));

    lanes.take(
        0,
        session("new", "u0")
            .with("last_activity_at", "2026-02-06T12:00:00Z")
            .with("expires_at", "2026-02-28T12:00:00Z")
            .created(0x210, 721));
    lanes.publish();

    assertThat(lanes.drain(0)).noneMatch(Entry.Put.class::isInstance);
    lanes.in(new Epoch(1, 2));
    lanes.take(0, ChangeLine.of(ControlRecords.baselineBegin()));
    lanes.take(
        0,
        user("u0").read(730),
        session("new", "u0")
            .with("last_activity_at", "2026-02-06T12:00:00Z")
            .with("expires_at", "2026-02-28T12:00:00Z")
            .read(730));
    lanes.take(0, ChangeLine.of(ControlRecords.baselineEnd(TransactionId.of(730))));
    lanes.take(0, pulse(Duration.ofDays(-6).minusMinutes(1)));
    lanes.publish();
    assertThat(lanes.drain(0))
        .filteredOn(Entry.Put.class::isInstance)
        .extracting(entry -> ((Entry.Put) entry).key())
        .containsExactly("session:t-new");
  }

  @Test
  void shouldKeepWhatItHeldWhenItWasStoppedForLess() {
    lanes.restart(0, Duration.ofDays(5));

    lanes.take(0, user("u0").updated(0x200, 720));

    assertThat(lanes.session(0, "kept")).isPresent();
  }

  private static ChangeLine pulse(Duration ago) {
    return ChangeLine.of(ControlRecords.pulse(LaneDriver.NOW.minus(ago).toEpochMilli(), true));
  }
}
