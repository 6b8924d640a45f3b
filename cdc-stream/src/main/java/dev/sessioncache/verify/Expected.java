package dev.sessioncache.verify;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the rows of a session say about its value, as one snapshot sees them.
 *
 * @param key of the value
 * @param id primary key of the session; null when there is no row
 * @param lane {@link #NO_LANE} when there is no row
 * @param document null when there is to be no value: the session is not live, or is one that is not
 *     cached, see docs/topics.md
 * @param liveUntil when a live session ends by itself
 * @param versions of both rows, and whether they are live: equal texts mean that nothing has
 *     changed in between
 */
record Expected(
    String key,
    @Nullable String id,
    int lane,
    byte @Nullable [] document,
    Instant liveUntil,
    String versions) {

  static final int NO_LANE = -1;

  /** There is no such session. */
  static Expected nothing(String key) {
    return new Expected(key, null, NO_LANE, null, Instant.MIN, "none");
  }

  /** Stands for the document, for a later comparison. */
  long print() {
    return document == null ? 0 : Prints.of(document);
  }
}
