package dev.sessioncache.capture;

import dev.sessioncache.changes.Epoch;
import java.util.Optional;

/**
 * As {@link Continuity}, for a log that a connector reads. The connector makes the slot, so while
 * there is none a baseline may begin; a slot that we have not seen come up may have a hole behind
 * it.
 */
final class ConnectorContinuity {

  private ConnectorContinuity() {}

  /**
   * Decides.
   *
   * @throws LostConnectorException when only the operator can begin anew
   */
  static Continuity decide(
      SourceState now, Optional<CaptureRecord> last, String slotName, String database) {
    if (now.slot().isEmpty()) {
      return new Continuity.NewBaseline(
          last.isEmpty() ? "first start" : "the slot is gone",
          Continuity.nextBaseline(now, last.map(CaptureRecord::epoch).orElse(Epoch.NONE)));
    }
    if (last.isEmpty()) {
      throw new LostConnectorException("there was a slot before capture", slotName);
    }
    Optional<String> hole =
        hole(last.get())
            .or(() -> Continuity.sourceHole(now, last.get(), slotName))
            .or(() -> Continuity.slotHole(now.slot().get(), database))
            .or(() -> moved(now.slot().get(), last.get()));
    if (hole.isPresent()) {
      throw new LostConnectorException(hole.get(), slotName);
    }
    return new Continuity.GoOn(last.get());
  }

  private static Optional<String> hole(CaptureRecord last) {
    if (last.engine() != CaptureEngine.CONNECT) {
      return Optional.of("the slot is that of the embedded engine");
    }
    return last.lsn() == 0 ? Optional.of("the slot came while capture was away") : Optional.empty();
  }

  /** The note tells where the slot began, and its reader only goes on from there. */
  private static Optional<String> moved(SourceState.Slot slot, CaptureRecord last) {
    return Long.compareUnsigned(slot.confirmedLsn(), last.lsn()) < 0
        ? Optional.of("the slot stands before its own beginning")
        : Optional.empty();
  }
}
