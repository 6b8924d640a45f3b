package dev.sessioncache.capture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.changes.Epoch;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Each hole has a reason, and the reason a baseline of a higher number. */
class ContinuityTest {

  private static final CaptureRecord LAST =
      new CaptureRecord("cluster", "slot", "pub", new Epoch(1, 4), 9, true, 0x100);
  private static final SourceState.Slot SLOT =
      new SourceState.Slot("pgoutput", "db", 0x100, false, false, 0, 0);
  private static final SourceState NOW = now(SLOT);

  @Test
  void shouldBeginABaselineWhenAConnectorHasReadTheLog() {
    CaptureRecord byConnector =
        new CaptureRecord(
            "cluster", "slot", "pub", new Epoch(1, 4), 9, true, 0x100, CaptureEngine.CONNECT);
    SourceState now =
        new SourceState(
            "cluster",
            1,
            1_000,
            "pub",
            Optional.of(new SourceState.Slot("pgoutput", "app", 0x100, false, false, 0, 0)));

    assertThat(Continuity.decide(now, Optional.of(byConnector), "slot", "app"))
        .isEqualTo(
            new Continuity.NewBaseline("a connector has read the log meanwhile", new Epoch(1, 5)));
  }

  @Test
  void shouldGoOnWhenTheSlotStandsWhereCaptureStopped() {
    assertThat(decide(NOW, LAST)).isEqualTo(new Continuity.GoOn(LAST));
  }

  /** Postgres sends again what it was not told; after a crash it may even rewind the slot. */
  @Test
  void shouldGoOnWhenTheSlotStandsBehind() {
    SourceState behind = now(new SourceState.Slot("pgoutput", "db", 0x0FF, false, false, 0, 0));

    assertThat(decide(behind, LAST)).isEqualTo(new Continuity.GoOn(LAST));
  }

  @Test
  void shouldTakeTheFirstBaselineWhenNothingWasWrittenDown() {
    assertThat(Continuity.decide(NOW, Optional.empty(), "slot", "db"))
        .isEqualTo(new Continuity.NewBaseline("first start", new Epoch(1, 1)));
  }

  @Test
  void shouldTakeANewBaselineWhenTheClusterIsAnother() {
    assertBaseline(
        decide(new SourceState("other", 1, 0, "pub", Optional.of(SLOT)), LAST),
        "another database cluster");
  }

  @Test
  void shouldTakeANewBaselineOfTheNewTimelineWhenPostgresHasFailedOver() {
    assertThat(decide(new SourceState("cluster", 2, 0, "pub", Optional.of(SLOT)), LAST))
        .isEqualTo(
            new Continuity.NewBaseline("Postgres has failed over to timeline 2", new Epoch(2, 5)));
  }

  /** Epochs never go back, or lanes and guard would ignore all that follows. */
  @Test
  void shouldKeepTheHigherTimelineWhenTheClusterIsOnALowerOne() {
    CaptureRecord last = new CaptureRecord("other", "slot", "pub", new Epoch(7, 4), 9, true, 0x100);

    assertThat(decide(NOW, last))
        .isEqualTo(new Continuity.NewBaseline("another database cluster", new Epoch(7, 5)));
  }

  @Test
  void shouldTakeANewBaselineWhenTheLastWasNotCompleted() {
    CaptureRecord last =
        new CaptureRecord("cluster", "slot", "pub", new Epoch(1, 4), 9, false, 0x100);

    assertBaseline(decide(NOW, last), "the last baseline was not completed");
  }

  @Test
  void shouldTakeANewBaselineWhenTheSlotHasAnotherName() {
    assertBaseline(Continuity.decide(NOW, Optional.of(LAST), "renamed", "db"), "another slot name");
  }

  @Test
  void shouldTakeANewBaselineWhenTheSlotIsGone() {
    assertBaseline(
        decide(new SourceState("cluster", 1, 0, "pub", Optional.empty()), LAST),
        "the slot is gone");
  }

  @Test
  void shouldTakeANewBaselineWhenPostgresHasInvalidatedTheSlot() {
    assertBaseline(
        decide(now(new SourceState.Slot("pgoutput", "db", 0x100, false, true, 0, 0)), LAST),
        "Postgres has invalidated the slot");
  }

  @Test
  void shouldTakeANewBaselineWhenTheSlotIsOfAnotherPlugin() {
    assertBaseline(
        decide(now(new SourceState.Slot("wal2json", "db", 0x100, false, false, 0, 0)), LAST),
        "the slot is of another plugin or database");
  }

  @Test
  void shouldTakeANewBaselineWhenTheSlotIsOfAnotherDatabase() {
    assertBaseline(
        decide(now(new SourceState.Slot("pgoutput", "other", 0x100, false, false, 0, 0)), LAST),
        "the slot is of another plugin or database");
  }

  @Test
  void shouldTakeANewBaselineWhenSomebodyHasMovedTheSlotAhead() {
    assertBaseline(
        decide(now(new SourceState.Slot("pgoutput", "db", 0x101, false, false, 0, 0)), LAST),
        "somebody else has moved the slot ahead");
  }

  @Test
  void shouldTakeANewBaselineWhenThePublicationWasMadeAnew() {
    assertBaseline(
        decide(new SourceState("cluster", 1, 0, "other", Optional.of(SLOT)), LAST),
        "the publication or a table has been altered");
  }

  @Test
  void shouldTakeANewBaselineWhenTokensAreHashedAnew() {
    assertBaseline(
        decide(
            new SourceState("cluster", 1, 0, LAST.publication() + " AbCd", Optional.of(SLOT)),
            LAST),
        "token.hash or token.hash.key is another");
  }

  /** Lanes and guard may know a higher one than the topic, which may have been lost. */
  @Test
  void shouldNumberABaselineByTheClockWhenThatIsHigher() {
    SourceState now = new SourceState("cluster", 1, 3_000_000_000_999L, "pub", Optional.empty());

    assertThat(Continuity.decide(now, Optional.empty(), "slot", "db"))
        .isEqualTo(new Continuity.NewBaseline("first start", new Epoch(1, (int) 3_000_000_000L)));
    assertThat(new Epoch(1, (int) 3_000_000_000L)).isGreaterThan(new Epoch(1, 4)); // unsigned
  }

  private static Continuity decide(SourceState now, CaptureRecord last) {
    return Continuity.decide(now, Optional.of(last), "slot", "db");
  }

  private static SourceState now(SourceState.Slot slot) {
    return new SourceState("cluster", 1, 0, "pub", Optional.of(slot));
  }

  private static void assertBaseline(Continuity continuity, String reason) {
    assertThat(continuity).isEqualTo(new Continuity.NewBaseline(reason, new Epoch(1, 5)));
  }
}
