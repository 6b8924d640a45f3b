package dev.sessioncache.verify;

import org.jspecify.annotations.Nullable;

/**
 * What Redis holds under the key of a session.
 *
 * @param value null when there is none, or something that is no string
 * @param millisLeft as <a href="https://redis.io/commands/pttl">PTTL</a> says: -1 for ever, -2 no
 *     key
 */
record Held(byte @Nullable [] value, long millisLeft) {

  static final long FOR_EVER = -1;
  private static final long NO_KEY = -2;

  boolean isThere() {
    return value != null || millisLeft != NO_KEY;
  }

  /** Stands for the value, for a later comparison. */
  long print() {
    return value == null ? (isThere() ? 1 : 0) : Prints.of(value);
  }
}
