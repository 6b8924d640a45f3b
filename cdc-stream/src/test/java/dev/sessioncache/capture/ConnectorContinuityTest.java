package dev.sessioncache.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sessioncache.changes.Epoch;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** When a connector's slot can be trusted, and when only the operator can begin anew. */
class ConnectorContinuityTest {

  private static final CaptureRecord LAST =
      new CaptureRecord(
          "cluster", "slot", "pub", new Epoch(1, 4), 9, true, 0x100, CaptureEngine.CONNECT);

  @Test
  void shouldBeginABaselineWhenThereIsNoSlot() {
    Epoch next = new Epoch(1, 5);

    assertThat(decide(now("cluster", 1, "pub", null), Optional.empty()))
        .isEqualTo(new Continuity.NewBaseline("first start", new Epoch(1, 1)));
    assertThat(decide(now("cluster", 1, "pub", null), Optional.of(LAST)))
        .isEqualTo(new Continuity.NewBaseline("the slot is gone", next));
  }

  @Test
  void shouldGoOnWhenTheSlotIsTheOneThatWasSeenToComeUp() {
    assertThat(decide(now("cluster", 1, "pub", slot(0x200, false)), Optional.of(LAST)))
        .isEqualTo(new Continuity.GoOn(LAST));
  }

  @Test
  void shouldRefuseASlotThatItHasNotSeenToComeUp() {
    CaptureRecord announced =
        new CaptureRecord(
            "cluster", "slot", "pub", new Epoch(1, 4), 9, false, 0, CaptureEngine.CONNECT);
    CaptureRecord embedded =
        new CaptureRecord("cluster", "slot", "pub", new Epoch(1, 4), 9, true, 0x100);

    refuses(now("cluster", 1, "pub", slot(0x200, false)), Optional.empty(), "before capture");
    refuses(now("cluster", 1, "pub", slot(0x200, false)), Optional.of(announced), "was away");
    refuses(now("cluster", 1, "pub", slot(0x100, false)), Optional.of(embedded), "embedded");
  }

  @Test
  void shouldRefuseAnotherSourceOrALostSlot() {
    refuses(now("other", 1, "pub", slot(0x200, false)), Optional.of(LAST), "another database");
    refuses(now("cluster", 2, "pub", slot(0x200, false)), Optional.of(LAST), "timeline 2");
    refuses(now("cluster", 1, "altered", slot(0x200, false)), Optional.of(LAST), "altered");
    refuses(now("cluster", 1, "pub", slot(0x200, true)), Optional.of(LAST), "invalidated");
    refuses(now("cluster", 1, "pub", slot(0x80, false)), Optional.of(LAST), "its own beginning");
  }

  private static void refuses(SourceState now, Optional<CaptureRecord> last, String reason) {
    assertThatThrownBy(() -> decide(now, last))
        .isInstanceOf(LostConnectorException.class)
        .hasMessageContaining(reason)
        .hasMessageContaining("drop slot slot");
  }

  private static Continuity decide(SourceState now, Optional<CaptureRecord> last) {
    return ConnectorContinuity.decide(now, last, "slot", "app");
  }

  private static SourceState now(
      String system, int timeline, String publication, SourceState.@Nullable Slot slot) {
    return new SourceState(system, timeline, 1_000, publication, Optional.ofNullable(slot));
  }

  private static SourceState.Slot slot(long confirmed, boolean lost) {
    return new SourceState.Slot("pgoutput", "app", confirmed, true, lost, 0, 0);
  }
}
