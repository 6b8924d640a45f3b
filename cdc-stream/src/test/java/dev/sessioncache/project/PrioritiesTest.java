package dev.sessioncache.project;

import static dev.sessioncache.changes.ChangeLine.session;
import static dev.sessioncache.changes.ChangeLine.user;
import static dev.sessioncache.project.LaneDriver.BASELINE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sessioncache.changes.ChangeLine;
import dev.sessioncache.changes.Epoch;
import dev.sessioncache.entries.Entry;
import dev.sessioncache.lease.Priority;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which priority a session has when it leaves project. */
class PrioritiesTest {

  private static final Duration HALF_LIFE = Duration.ofHours(1);
  private static final String ELEVEN = "2026-01-31T11:00:00.000000Z";
  private static final String NOON = "2026-01-31T12:00:00.000000Z";

  private final Path stateDir;

  PrioritiesTest(@TempDir Path stateDir) {
    this.stateDir = stateDir;
  }

  @Test
  void shouldBeTheLastActivityWhenRecencyCounts() {
    try (LaneDriver lane = loaded(new Priority.Recency())) {
      assertThat(priority(lane, active(NOON).updated(20, 720))).isEqualTo(millis(NOON));
    }
  }

  @Test
  void shouldCountEachActivityOnceWhenFrequencyCounts() {
    try (LaneDriver lane = loaded(new Priority.Frequency(HALF_LIFE))) {
      ChangeLine later = active(NOON).updated(20, 720);

      // The one an hour before counts half: 2^0 + 2^-1.
      double expected = millis(NOON) + HALF_LIFE.toMillis() * Math.log(1.5) / Math.log(2);
      assertThat(priority(lane, later)).isCloseTo(expected, within(1.0));
      assertThat(priority(lane, later)).as("sent again").isCloseTo(expected, within(1.0));
      assertThat(priority(lane, active(NOON).with("request_count", 9).updated(21, 721)))
          .as("changed without an activity")
          .isCloseTo(expected, within(1.0));
    }
  }

  @Test
  void shouldKeepWhatWasCountedWhenANewBaselineIsRead() {
    try (LaneDriver lane = loaded(new Priority.Frequency(HALF_LIFE))) {
      double before = priority(lane, active(NOON).updated(20, 720));

      lane.in(new Epoch(1, 2)).begin();
      lane.take(user("u1").read(BASELINE), active(NOON).read(BASELINE)).end();
      lane.pulse(Duration.ZERO).tick().tick();

      assertThat(newest(lane)).isCloseTo(before, within(1.0));
    }
  }

  private LaneDriver loaded(Priority priority) {
    LaneDriver lane = new LaneDriver(stateDir, priority);
    lane.begin().take(user("u1").read(BASELINE), active(ELEVEN).read(BASELINE)).end();
    lane.pulse(Duration.ZERO).tick().tick();
    lane.all();
    return lane;
  }

  private static ChangeLine.RowLine active(String at) {
    return session("s1", "u1").with("last_activity_at", at);
  }

  private static double priority(LaneDriver lane, ChangeLine change) {
    lane.take(change);
    return newest(lane);
  }

  private static double newest(LaneDriver lane) {
    List<Entry.Put> puts =
        lane.all().stream().filter(Entry.Put.class::isInstance).map(Entry.Put.class::cast).toList();
    return puts.get(puts.size() - 1).priority();
  }

  private static double millis(String timestamp) {
    return Instant.parse(timestamp).toEpochMilli();
  }
}
