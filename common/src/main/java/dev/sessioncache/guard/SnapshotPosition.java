package dev.sessioncache.guard;

/**
 * The position of a write made from rows that one REPEATABLE READ transaction read on the primary:
 * warm, repair, read-through fill.
 */
public record SnapshotPosition(int timeline, PgSnapshot snapshot) implements Position {

  @Override
  public String encode() {
    return "p:" + Hex.of(timeline) + ":" + snapshot.encode();
  }
}
