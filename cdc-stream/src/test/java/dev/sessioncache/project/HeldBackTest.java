package dev.sessioncache.project;

import static dev.sessioncache.changes.ChangeLine.session;
import static dev.sessioncache.changes.ChangeLine.user;
import static dev.sessioncache.project.LaneDriver.BASELINE;
import static dev.sessioncache.project.LaneDriver.BOUND;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.changes.ChangeLine;
import dev.sessioncache.changes.ControlRecords;
import dev.sessioncache.entries.Entry;
import dev.sessioncache.guard.GuardSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a lane publishes after its process was replaced: all, or what it has held back. */
class HeldBackTest {

  private static final Duration LATER = BOUND.plusSeconds(1);

  private TwoLanes lanes;

  @BeforeEach
  void publishTwoSessions(@TempDir Path stateDir) {
    lanes = new TwoLanes(stateDir).loaded(user("u0").read(BASELINE));
    lanes.take(0, session("s1", "u0").created(0x100, 710), session("s2", "u0").created(0x110, 711));
    lanes.take(0, pulseAt(Duration.ZERO));
    lanes.publish();
    lanes.drain(0);
  }

  @AfterEach
  void closeLanes() {
    lanes.close();
  }

  @Test
  void shouldPublishWhatItHasHeldBackSinceItWasReplaced() {
    lanes.restart(0, LATER);

    changeAndCatchUp();

    assertThat(keysOfPuts()).containsExactly("session:t-s1");
  }

  @Test
  void shouldPublishAllWhenItWasReplacedWhileItWasBehind() {
    lanes.restart(0, LATER);
    lanes.take(0, session("s2", "u0").updated(0x120, 712));
    lanes.restart(0, LATER);

    changeAndCatchUp();

    assertThat(keysOfPuts()).containsExactlyInAnyOrder("session:t-s1", "session:t-s2");
  }

  @Test
  void shouldPublishAllWhenItWasReplacedBeforeItHadPublishedWhatItHeldBack() {
    lanes.restart(0, LATER);
    lanes.take(0, session("s1", "u0").updated(0x120, 712), pulseAt(LATER));
    lanes.restart(0, LATER);

    lanes.publish();

    assertThat(keysOfPuts()).containsExactlyInAnyOrder("session:t-s1", "session:t-s2");
  }

  @Test
  void shouldPublishAllWhenItReadsItsChangesAgain() {
    lanes.restart(0, LATER);
    lanes.take(0, session("s1", "u0").updated(0x120, 712));
    lanes.loseOffset(0);

    changeAndCatchUp();

    assertThat(keysOfPuts()).containsExactlyInAnyOrder("session:t-s1", "session:t-s2");
  }

  @Test
  void shouldNotKnowWhenThereAreTooMany() {
    HeldBack heldBack = new HeldBack(GuardSettings.defaults(), BOUND);
    heldBack.begin(0);

    IntStream.range(0, HeldBack.MOST).forEach(i -> heldBack.add("s" + i));
    assertThat(heldBack.isKnown()).isTrue();
    heldBack.add("one more");

    assertThat(heldBack.isKnown()).isFalse();
    assertThat(heldBack.next(1)).isEmpty();
  }

  /** Of a lease of 300 s that may be 270 s; a pass of 75 s every 150 s, and the bound of 30 s. */
  @ParameterizedTest
  @CsvSource({"0.1, 75, true", "0.1, 76, false", "0, 105, true", "0.5, 1, false"})
  void shouldBeKnownWhileRenewalsComeToEachValueInTime(double jitter, long seconds, boolean known) {
    GuardSettings guard =
        new GuardSettings(Duration.ofMinutes(5), jitter, Duration.ofHours(1), "warmer:");
    HeldBack heldBack = new HeldBack(guard, BOUND);

    heldBack.begin(0);
    caughtUpAt(heldBack, seconds);

    assertThat(heldBack.isKnown()).isEqualTo(known);
  }

  @ParameterizedTest
  @CsvSource({"90, false", "134, false", "135, true"})
  void shouldCountFromTheFirstOfTwoStopsUnlessAPassLiesBetween(long secondStop, boolean known) {
    HeldBack heldBack = new HeldBack(GuardSettings.defaults(), BOUND);

    heldBack.begin(0);
    caughtUpAt(heldBack, 60);
    heldBack.begin(secondStop * 1000);
    caughtUpAt(heldBack, secondStop + 40);

    assertThat(heldBack.isKnown()).isEqualTo(known);
  }

  @Test
  void shouldCountFromTheSecondStopWhenAllWasPublishedBetween() {
    HeldBack heldBack = new HeldBack(GuardSettings.defaults(), BOUND);
    heldBack.begin(0);
    caughtUpAt(heldBack, 100);

    heldBack.begin(140_000);
    caughtUpAt(heldBack, 200);

    assertThat(heldBack.isKnown()).isTrue();
  }

  private static void caughtUpAt(HeldBack heldBack, long seconds) {
    heldBack.caughtUp(seconds * 1000, seconds * 1000);
  }

  private void changeAndCatchUp() {
    lanes.take(0, session("s1", "u0").updated(0x130, 713));
    assertThat(keysOfPuts()).isEmpty();
    lanes.take(0, pulseAt(LATER));
    lanes.publish();
  }

  private List<String> keysOfPuts() {
    return lanes.drain(0).stream()
        .filter(Entry.Put.class::isInstance)
        .map(entry -> ((Entry.Put) entry).key())
        .toList();
  }

  private static ChangeLine pulseAt(Duration later) {
    return ChangeLine.of(ControlRecords.pulse(LaneDriver.NOW.plus(later).toEpochMilli(), true));
  }
}
