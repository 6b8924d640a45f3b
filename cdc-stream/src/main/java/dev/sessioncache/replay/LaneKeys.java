package dev.sessioncache.replay;

import dev.sessioncache.command.OperationException;
import dev.sessioncache.topic.TextHash;

/**
 * The keys that were met in a lane, and which of them are to be cached: 63 bits of a hash and one
 * that says so, 16 to 32 bytes a key. Two keys with one hash pass for one, which among ten million
 * keys happens in one of a hundred thousand replays. Used by one thread at a time.
 */
final class LaneKeys {

  private static final int FIRST_CAPACITY = 1024;
  private static final long LIVE = 1;

  private final long most;
  private long[] table = new long[FIRST_CAPACITY];
  private long size;
  private int last;

  /**
   * @param most keys that there is memory for
   */
  LaneKeys(long most) {
    this.most = most;
  }

  /** For so many lanes: half of the heap, less what growing takes meanwhile. */
  static LaneKeys forOneOf(int lanes) {
    return new LaneKeys(Runtime.getRuntime().maxMemory() / 2 / 48 / lanes);
  }

  /**
   * Returns whether the key is new; then it is not live.
   *
   * @throws OperationException when there is no memory for more
   */
  boolean add(String key) {
    if (2 * (size + 1) > table.length) {
      grow();
    }
    long hash = hash(key);
    last = find(table, hash);
    if (table[last] != 0) {
      return false;
    }
    table[last] = hash;
    size++;
    return true;
  }

  /** Notes that the key that was added last is to be cached. */
  void lastIsLive() {
    table[last] |= LIVE;
  }

  boolean contains(String key) {
    return table[find(table, hash(key))] != 0;
  }

  /**
   * Whether it is one to be cached.
   *
   * @param hash of the key, by {@link #hash}
   */
  boolean isLive(long hash) {
    return (table[find(table, hash)] & LIVE) != 0;
  }

  long size() {
    return size;
  }

  private void grow() {
    if (table.length / 2 >= most) {
      throw new OperationException(
          "a lane holds more than "
              + most
              + " keys, for which there is no memory: give the replay more, as in"
              + " JAVA_OPTS=-Xmx4g");
    }
    long[] larger = new long[2 * table.length];
    for (long entry : table) {
      if (entry != 0) {
        larger[find(larger, entry & ~LIVE)] = entry;
      }
    }
    table = larger;
  }

  /** Where a hash stands, or would. */
  private static int find(long[] table, long hash) {
    int mask = table.length - 1;
    int i = (int) (hash >>> 1) & mask;
    while (table[i] != 0 && (table[i] & ~LIVE) != hash) {
      i = (i + 1) & mask;
    }
    return i;
  }

  /** Stands for the key. Never 0, which is no entry. */
  static long hash(String key) {
    long hash = TextHash.of(key) & ~LIVE;
    return hash == 0 ? 2 : hash;
  }
}
