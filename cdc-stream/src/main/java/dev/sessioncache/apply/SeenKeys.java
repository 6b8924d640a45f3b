package dev.sessioncache.apply;

import dev.sessioncache.topic.TextHash;

/**
 * A set of keys, kept as 64-bit hashes: 16 to 32 bytes a key. Two keys with one hash pass for one,
 * which among two million keys happens in one of ten million sets.
 */
public final class SeenKeys {

  private static final int FIRST_CAPACITY = 1024;

  private long[] hashes = new long[FIRST_CAPACITY];
  private int size;

  /** Returns whether the key is new. */
  public boolean add(String key) {
    if (2 * (size + 1) > hashes.length) {
      grow();
    }
    boolean added = put(hashes, hash(key));
    size += added ? 1 : 0;
    return added;
  }

  /** Whether the key is in it. */
  public boolean contains(String key) {
    long hash = hash(key);
    int mask = hashes.length - 1;
    for (int i = (int) hash & mask; hashes[i] != 0; i = (i + 1) & mask) {
      if (hashes[i] == hash) {
        return true;
      }
    }
    return false;
  }

  int size() {
    return size;
  }

  private void grow() {
    long[] larger = new long[2 * hashes.length];
    for (long hash : hashes) {
      if (hash != 0) {
        put(larger, hash);
      }
    }
    hashes = larger;
  }

  private static boolean put(long[] table, long hash) {
    int mask = table.length - 1;
    for (int i = (int) hash & mask; ; i = (i + 1) & mask) {
      if (table[i] == hash) {
        return false;
      }
      if (table[i] == 0) {
        table[i] = hash;
        return true;
      }
    }
  }

  /** Never 0, which is no entry. */
  private static long hash(String key) {
    long hash = TextHash.of(key);
    return hash == 0 ? 1 : hash;
  }
}
