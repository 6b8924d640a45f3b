package dev.sessioncache.capture;

import dev.sessioncache.topic.TextHash;
import java.util.OptionalInt;

/**
 * The lane in which each session was last written, of the latest sessions only: 16 MiB hold two
 * million. A session is known by a hash of 64 bits: that two share one, and the later one is taken
 * for the earlier, is as likely as one in 10<sup>19</sup> for each pair.
 *
 * <p>It can begin with what a snapshot of Postgres says. That holds of changes behind the snapshot
 * only: of one before it nobody knows whether the snapshot has it already. Used by one thread at a
 * time, at last by the engine's.
 */
final class SessionLanes {

  /** Hashes that fall together; the latest first, the last one is forgotten. */
  private static final int WAYS = 16;

  private static final int BUCKETS = 1 << 17;

  /** How many there is room for. */
  static final int MOST = BUCKETS * WAYS;

  /** Lower bits of a slot, in place of those of the hash that the bucket tells: the entry. */
  private static final int ENTRY_BITS = 16;

  /** Of an entry: it is as a snapshot had it. Below it stands the lane's number plus 1. */
  private static final long OF_SNAPSHOT = 1L << (ENTRY_BITS - 1);

  private static final long LANE_MASK = OF_SNAPSHOT - 1;
  private static final long HASH_MASK = -1L << ENTRY_BITS;

  private final long[] slots = new long[MOST];
  private long snapshotLsn = -1; // unsigned: behind all

  /** Notes where a session stands in a snapshot; before the first {@link #put}. */
  void inSnapshot(String sessionId, int lane) {
    OptionalInt unused = replace(TextHash.of(sessionId), OF_SNAPSHOT | (lane + 1), false);
  }

  /**
   * Ends what the snapshot says.
   *
   * @param lsn log position, unsigned: what was committed behind it the snapshot did not see
   */
  void snapshotEndsAt(long lsn) {
    snapshotLsn = lsn;
  }

  /**
   * Notes where a session is written.
   *
   * @param lsn log position of the change, unsigned
   * @return where it was written before; empty when that is not known
   */
  OptionalInt put(String sessionId, int lane, long lsn) {
    boolean behindSnapshot = Long.compareUnsigned(lsn, snapshotLsn) > 0;
    return replace(TextHash.of(sessionId), lane + 1, behindSnapshot);
  }

  private OptionalInt replace(long hash, long entry, boolean behindSnapshot) {
    int first = (int) (hash & (BUCKETS - 1)) * WAYS;
    int way = 0;
    while (way < WAYS - 1 && !isOf(hash, slots[first + way])) {
      way++;
    }
    long before = slots[first + way];
    System.arraycopy(slots, first, slots, first + 1, way);
    slots[first] = (hash & HASH_MASK) | entry;
    boolean known = isOf(hash, before) && (behindSnapshot || (before & OF_SNAPSHOT) == 0);
    return known ? OptionalInt.of((int) (before & LANE_MASK) - 1) : OptionalInt.empty();
  }

  private static boolean isOf(long hash, long slot) {
    return slot != 0 && slot >>> ENTRY_BITS == hash >>> ENTRY_BITS;
  }
}
