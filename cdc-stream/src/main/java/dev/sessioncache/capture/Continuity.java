package dev.sessioncache.capture;

import dev.sessioncache.changes.Epoch;
import java.util.Optional;

/**
 * Whether capture can go on where it stopped without a hole, decided before the first event is
 * read. Debezium itself would create a missing slot and go on (promise P4).
 */
sealed interface Continuity {

  /** The slot holds everything since the last confirmed change. */
  record GoOn(CaptureRecord from) implements Continuity {}

  /** Changes may be missing, or nothing has been read yet: all rows are to be read anew. */
  record NewBaseline(String reason, Epoch epoch) implements Continuity {}

  /**
   * Decides.
   *
   * @param last what capture wrote down last; empty when it never did
   */
  static Continuity decide(
      SourceState now, Optional<CaptureRecord> last, String slotName, String database) {
    Epoch next = nextBaseline(now, last.map(CaptureRecord::epoch).orElse(Epoch.NONE));
    return last.isEmpty()
        ? new NewBaseline("first start", next)
        : hole(now, last.get(), slotName, database)
            .<Continuity>map(reason -> new NewBaseline(reason, next))
            .orElseGet(() -> new GoOn(last.get()));
  }

  /** Above the last one, and above every one that is not known any more, as the clock goes on. */
  static Epoch nextBaseline(SourceState now, Epoch last) {
    long number = Math.max(Integer.toUnsignedLong(last.baseline()) + 1, now.clockMillis() / 1000);
    boolean lower = Integer.compareUnsigned(now.timeline(), last.timeline()) < 0;
    return new Epoch(lower ? last.timeline() : now.timeline(), (int) number);
  }

  private static Optional<String> hole(
      SourceState now, CaptureRecord last, String slotName, String database) {
    if (last.engine() != CaptureEngine.EMBEDDED) {
      return Optional.of("a connector has read the log meanwhile");
    }
    if (!last.complete()) {
      return Optional.of("the last baseline was not completed");
    }
    return sourceHole(now, last, slotName)
        .or(
            () ->
                now.slot()
                    .map(slot -> slotHole(slot, database).or(() -> movedAhead(slot, last)))
                    .orElse(Optional.of("the slot is gone")));
  }

  /** Why this is not the source that was captured; empty when it is. */
  static Optional<String> sourceHole(SourceState now, CaptureRecord last, String slotName) {
    if (!last.systemId().equals(now.systemId())) {
      return Optional.of("another database cluster");
    }
    if (last.epoch().timeline() != now.timeline()) {
      return Optional.of("Postgres has failed over to timeline " + now.timeline());
    }
    if (!last.slot().equals(slotName)) {
      return Optional.of("another slot name");
    }
    if (!tokenHash(last.publication()).equals(tokenHash(now.publication()))) {
      return Optional.of("token.hash or token.hash.key is another");
    }
    if (!last.publication().equals(now.publication())) {
      return Optional.of("the publication or a table has been altered");
    }
    return Optional.empty();
  }

  /** The last part of {@link Publication#identity}; empty when tokens are not hashed. */
  private static String tokenHash(String publication) {
    int before = publication.indexOf(' ');
    return before < 0 ? "" : publication.substring(before);
  }

  /** Why the slot can't be read on; empty when it can. */
  static Optional<String> slotHole(SourceState.Slot slot, String database) {
    if (slot.lost()) {
      return Optional.of("Postgres has invalidated the slot");
    }
    if (!"pgoutput".equals(slot.plugin()) || !slot.database().equals(database)) {
      return Optional.of("the slot is of another plugin or database");
    }
    return Optional.empty();
  }

  private static Optional<String> movedAhead(SourceState.Slot slot, CaptureRecord last) {
    return Long.compareUnsigned(slot.confirmedLsn(), last.lsn()) > 0
        ? Optional.of("somebody else has moved the slot ahead")
        : Optional.empty();
  }
}
