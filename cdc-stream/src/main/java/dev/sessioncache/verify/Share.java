package dev.sessioncache.verify;

import java.util.random.RandomGenerator;

/**
 * Which part of all sessions is looked at: those whose hash falls below a limit, by a salt of this
 * round. So every session has the same chance, whatever its key, age or place.
 *
 * @param value more than 0, at most 1
 * @param salt new with each round, so that rounds look at different ones
 */
record Share(double value, long salt) {

  /** Hashes are cut to so many values. */
  static final int RESOLUTION = 1 << 20;

  static Share all() {
    return new Share(1, 0);
  }

  static Share of(double value, RandomGenerator random) {
    return value >= 1 ? all() : new Share(value, random.nextLong());
  }

  boolean isAll() {
    return value >= 1;
  }

  /** Of {@link #RESOLUTION}. */
  int limit() {
    return Math.max(1, (int) Math.round(value * RESOLUTION));
  }

  /** Whether a hash belongs to it. */
  boolean holds(long hash) {
    if (isAll()) {
      return true;
    }
    long mixed = (hash ^ salt) * 0x9E3779B97F4A7C15L; // Fibonacci hashing: the high bits are mixed
    return (mixed >>> 44) < limit();
  }
}
