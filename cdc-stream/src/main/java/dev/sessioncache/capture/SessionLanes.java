package dev.sessioncache.capture;

import dev.sessioncache.topic.TextHash;
import java.util.OptionalInt;

/**
 * The lane in which each session was last written, of the latest sessions only: 16 MiB hold two
 * million. A session is known by a hash of 64 bits: that two share one, and the later one is taken
 * for the earlier, is as likely as one in 10<sup>19</sup> for each pair. Used from the engine's
 * thread only.
 */
final class SessionLanes {

  /** Hashes that fall together; the latest first, the last one is forgotten. */
  private static final int WAYS = 16;

  private static final int BUCKETS = 1 << 17;

  /** Lower bits of a slot: the lane's number plus 1. They repeat what the bucket tells. */
  private static final int LANE_BITS = 16;

  private static final long LANE_MASK = (1L << LANE_BITS) - 1;

  private final long[] slots = new long[BUCKETS * WAYS];

  /**
   * Notes where a session is written.
   *
   * @return where it was written before; empty when that is not known
   */
  OptionalInt put(String sessionId, int lane) {
    long hash = TextHash.of(sessionId);
    int first = (int) (hash & (BUCKETS - 1)) * WAYS;
    int way = 0;
    while (way < WAYS - 1 && !isOf(hash, slots[first + way])) {
      way++;
    }
    long before = slots[first + way];
    System.arraycopy(slots, first, slots, first + 1, way);
    slots[first] = (hash & ~LANE_MASK) | (lane + 1);
    return isOf(hash, before)
        ? OptionalInt.of((int) (before & LANE_MASK) - 1)
        : OptionalInt.empty();
  }

  private static boolean isOf(long hash, long slot) {
    return slot != 0 && slot >>> LANE_BITS == hash >>> LANE_BITS;
  }
}
