package dev.sessioncache.warm;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sessioncache.guard.GuardSettings;

/**
 * What a cached session takes in the memory of Redis: value and guard, each with its key, its entry
 * in the table of keys and in that of expiry times, in the size classes of <a
 * href="https://jemalloc.net/jemalloc.3.html#size_classes">jemalloc</a>. A model: {@code
 * EstimateIT} holds it against the servers.
 */
final class RedisSize {

  private static final int DICT_ENTRY = 24;
  private static final int OBJECT = 16;

  /** A pointer in each of two tables, which are between half and wholly full. */
  private static final int BUCKETS = 2 * 12;

  /** Of a string below 64 KiB: lengths, flags and a zero at its end. */
  private static final int STRING_OVERHEAD = 6;

  /** The longest string that lives inside of its object. */
  private static final int EMBEDDED = 44;

  private static final int SMALLEST_CLASS = 16;
  private static final int CLASSES_PER_DOUBLING = 4;

  private final GuardSettings guard;
  private final int guardBytes;

  /**
   * @param position that guards hold
   */
  RedisSize(GuardSettings guard, String position) {
    this.guard = guard;
    this.guardBytes = position.length();
  }

  /** Bytes of an entry. */
  long of(Entry entry) {
    int key = entry.key().getBytes(UTF_8).length;
    int guardKey = guard.guardKey(entry.key()).getBytes(UTF_8).length;
    return pair(key, entry.document().length) + pair(guardKey, guardBytes);
  }

  private static long pair(int keyBytes, int valueBytes) {
    long value =
        valueBytes <= EMBEDDED
            ? allocated(OBJECT + 4 + valueBytes)
            : allocated(OBJECT) + allocated(valueBytes + STRING_OVERHEAD);
    return 2L * allocated(DICT_ENTRY) + BUCKETS + allocated(keyBytes + STRING_OVERHEAD) + value;
  }

  /** Four classes for every doubling, from 16 bytes on. */
  static long allocated(int bytes) {
    if (bytes <= SMALLEST_CLASS) {
      return bytes <= SMALLEST_CLASS / 2 ? SMALLEST_CLASS / 2 : SMALLEST_CLASS;
    }
    int highest = Integer.highestOneBit(bytes - 1);
    int step = Math.max(SMALLEST_CLASS, highest / CLASSES_PER_DOUBLING);
    return (long) (bytes + step - 1) / step * step;
  }
}
