package dev.sessioncache.guard;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One write on its way to Redis: a document, or a removal.
 *
 * @param key the Redis key of the value
 * @param position {@link Position#encode()} of the write
 * @param document UTF-8 JSON, or null to remove the value
 * @param timeToLive of the value, at least 1 ms; ignored for a removal
 */
public record GuardedWrite(
    String key, String position, byte @Nullable [] document, Duration timeToLive) {

  /** A document that is to live so long; a removal when nothing is left of its life. */
  public static GuardedWrite put(
      String key, String position, byte[] document, Duration timeToLive) {
    return timeToLive.toMillis() > 0
        ? new GuardedWrite(key, position, document, timeToLive)
        : removal(key, position);
  }

  public static GuardedWrite removal(String key, String position) {
    return new GuardedWrite(key, position, null, Duration.ZERO);
  }
}
