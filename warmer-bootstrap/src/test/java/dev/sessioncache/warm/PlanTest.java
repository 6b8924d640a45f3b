package dev.sessioncache.warm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PlanTest {

  private static final Instant NOW = Instant.parse("2026-01-31T12:00:00Z");
  private static final Duration LEASE = Duration.ofMinutes(5);
  private static final Place PLACE = new Place("2026-01-31 11:00:00+00", "7");
  private static final StreamState NO_STREAM = new StreamState(false, Long.MAX_VALUE, "no stream");
  private static final StreamState LIVE = new StreamState(true, 0, "live");

  @Test
  void shouldBeFullWhenNothingIsKnown() {
    assertThat(choose(Plan.Wish.AUTO, NO_STREAM, null))
        .isEqualTo(new Plan(Plan.Mode.FULL, "no stream", null));
  }

  @Test
  void shouldBeIncrementalWhenTheStreamIsLive() {
    assertThat(choose(Plan.Wish.AUTO, LIVE, interrupted(Duration.ZERO)).mode())
        .isEqualTo(Plan.Mode.INCREMENTAL);
  }

  @Test
  void shouldGoOnWithAWarmWhoseSessionsHaveNotLapsed() {
    Plan plan = choose(Plan.Wish.AUTO, NO_STREAM, interrupted(LEASE.minusMillis(1)));

    assertThat(plan.mode()).isEqualTo(Plan.Mode.RESUME);
    assertThat(plan.comparedUpTo()).isEqualTo(PLACE);
    assertThat(plan.reason())
        .isEqualTo(
            "the warm of 2026-01-31T11:00:00Z was interrupted after 1,100 sessions; no stream");
  }

  @Test
  void shouldNotGoOnWithAWarmThatIsOverOrLapsedOrOfAnotherRedis() {
    WarmRecord fresh = interrupted(Duration.ZERO);

    assertThat(choose(Plan.Wish.AUTO, NO_STREAM, interrupted(LEASE)).mode())
        .isEqualTo(Plan.Mode.FULL);
    assertThat(choose(Plan.Wish.AUTO, NO_STREAM, with(fresh, WarmRecord.State.DONE, "g")).mode())
        .isEqualTo(Plan.Mode.FULL);
    assertThat(choose(Plan.Wish.AUTO, NO_STREAM, with(fresh, fresh.state(), "other")).mode())
        .isEqualTo(Plan.Mode.FULL);
  }

  @Test
  void shouldBeAsAskedFor() {
    assertThat(choose(Plan.Wish.FULL, LIVE, null).mode()).isEqualTo(Plan.Mode.FULL);
    assertThat(choose(Plan.Wish.INCREMENTAL, NO_STREAM, null))
        .isEqualTo(new Plan(Plan.Mode.INCREMENTAL, "asked for; no stream", null));
  }

  /** What is there is current, but not as this program would make it. */
  @Test
  void shouldBeFullWhenTheLastWarmMadeOtherDocuments() {
    WarmRecord last = interrupted(Duration.ZERO);

    for (Plan.Wish wish : Plan.Wish.values()) {
      Plan plan = Plan.choose(wish, LIVE, Optional.of(last), "other", "g", LEASE, NOW);
      assertThat(plan.mode()).isEqualTo(Plan.Mode.FULL);
    }
  }

  /** The first warm of the new shape may have written a part only. */
  @Test
  void shouldBeFullUntilWhatHadAnotherShapeHasLapsed() {
    Instant changed = NOW.minus(LEASE).plusMillis(1);
    WarmRecord first = interrupted(Duration.ZERO);
    WarmRecord second = since(first, first.sinceWhen("other", changed));

    assertThat(choose(Plan.Wish.AUTO, LIVE, second).mode()).isEqualTo(Plan.Mode.FULL);
    assertThat(choose(Plan.Wish.AUTO, LIVE, since(first, NOW.minus(LEASE))).mode())
        .isEqualTo(Plan.Mode.INCREMENTAL);
  }

  @Test
  void shouldTellTheRateOfAFullWarmThatWasNotHeldBack() {
    WarmRecord done = with(interrupted(Duration.ZERO), WarmRecord.State.DONE, "g");

    assertThat(done.ratePerSecond()).isPresent();
    assertThat(interrupted(Duration.ZERO).ratePerSecond()).isEmpty();
  }

  @Test
  void shouldReadTheRecordThatItHasWritten() {
    WarmRecord record = interrupted(Duration.ofSeconds(1));

    assertThat(WarmRecord.read(record.json())).contains(record);
    assertThat(WarmRecord.read("{\"state\":\"odd\"}".getBytes(UTF_8))).isEmpty();
    assertThat(WarmRecord.read("nonsense".getBytes(UTF_8))).isEmpty();
  }

  private static Plan choose(Plan.Wish wish, StreamState stream, @Nullable WarmRecord last) {
    return Plan.choose(wish, stream, Optional.ofNullable(last), "shape", "g", LEASE, NOW);
  }

  private static WarmRecord interrupted(Duration ago) {
    return new WarmRecord(
        WarmRecord.State.RUNNING,
        Plan.Mode.FULL,
        Instant.parse("2026-01-31T11:00:00.25Z"),
        NOW.minus(ago),
        "shape",
        Instant.EPOCH,
        false,
        "g",
        5_000,
        new WarmRecord.Figures(1_000, 100, 990, 1),
        new WarmRecord.Reached(0.875, 0.9),
        PLACE);
  }

  private static WarmRecord with(WarmRecord of, WarmRecord.State state, String generation) {
    return new WarmRecord(
        state,
        of.mode(),
        of.startedAt(),
        of.at(),
        of.shape(),
        of.shapeSince(),
        of.paced(),
        generation,
        of.count(),
        of.figures(),
        of.reached(),
        of.place());
  }

  private static WarmRecord since(WarmRecord of, Instant shapeSince) {
    return new WarmRecord(
        of.state(),
        of.mode(),
        of.startedAt(),
        of.at(),
        of.shape(),
        shapeSince,
        of.paced(),
        of.generation(),
        of.count(),
        of.figures(),
        of.reached(),
        of.place());
  }
}
