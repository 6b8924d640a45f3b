package dev.sessioncache.entries;

import org.jspecify.annotations.Nullable;

/**
 * One record of the topic {@code entries}.
 *
 * <p>Unlike the pulses, a put or removal is keyed by the Redis key, and a removal is a tombstone,
 * so that compaction leaves what is to be cached.
 */
public sealed interface Entry {

  /**
   * The session is to be cached.
   *
   * @param position encoded {@link dev.sessioncache.guard.StreamPosition}
   * @param document the Redis value
   * @param liveUntilMillis when the session ends by itself, ms since 1970
   * @param priority higher ones are kept first, see {@link dev.sessioncache.lease.Priority}
   * @param committedAtMicros commit time of the change behind it, µs since 1970; 0 when there is
   *     none
   */
  record Put(
      String key,
      String position,
      byte[] document,
      long liveUntilMillis,
      double priority,
      long committedAtMicros)
      implements Entry {}

  /** The session is not to be cached. */
  record Removal(String key, String position, long committedAtMicros) implements Entry {}

  /**
   * Everything before it in this lane is older than its time.
   *
   * @param atMillis when it was sent, by the clock of Postgres, ms since 1970
   * @param floor encoded {@link dev.sessioncache.guard.StreamPosition#beforeBaseline}: what is
   *     older in Redis is unknown to the lane's baseline; null when there was no baseline
   */
  record Pulse(long atMillis, @Nullable String floor) implements Entry {}

  /**
   * The lane is as current as that, but still publishes what it held back while it was behind. What
   * was taken away is gone from the cache; what was changed meanwhile may still be there as it was.
   *
   * @param atMillis as of {@link Pulse}
   */
  record Publishing(long atMillis) implements Entry {}

  /** An entry and the lane it goes to. */
  record InLane(int lane, Entry entry) {}

  /** A record that is none of these; the reason holds nothing of its content. */
  record Unreadable(@Nullable String key, String reason) implements Entry {}
}
