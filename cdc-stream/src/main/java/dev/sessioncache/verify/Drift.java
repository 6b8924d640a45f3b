package dev.sessioncache.verify;

import org.jspecify.annotations.Nullable;

/**
 * A value that was proven wrong.
 *
 * @param lane {@link Expected#NO_LANE} when no row says whose session it was
 * @param keyHash XXH64 of the key, in hexadecimal digits
 * @param id primary key of the session; null when there is no row
 * @param repaired whether it was found right after its repair
 */
record Drift(Kind kind, int lane, String keyHash, @Nullable String id, boolean repaired) {

  static Drift of(Kind kind, Expected expected, boolean repaired) {
    return new Drift(kind, expected.lane(), Prints.of(expected.key()), expected.id(), repaired);
  }
}
