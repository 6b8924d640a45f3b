package dev.sessioncache.guard;

import java.util.Optional;

/**
 * Where a write stands in the history of its session; what the guard compares.
 *
 * <p>There are two kinds of writer and so two kinds of position: the stream knows which row
 * versions it joined, a snapshot knows which transactions it saw. {@link #encode()} is the form
 * kept in the guard key.
 */
public sealed interface Position permits StreamPosition, SnapshotPosition {

  /**
   * The Postgres timeline: after a failover log positions may go back, so the higher timeline wins.
   */
  int timeline();

  /** The guard key's text: a kind letter and fixed-width fields, compared as text by the script. */
  String encode();

  /** Reads what {@link #encode()} makes; empty when the text is something else. */
  static Optional<Position> decode(String text) {
    return StreamPosition.isEncoded(text)
        ? Optional.of(StreamPosition.decode(text))
        : SnapshotPosition.decode(text).map(Position.class::cast);
  }
}
