package dev.sessioncache.demo.check;

import org.jspecify.annotations.Nullable;

/**
 * What Redis holds under one key. Its text leaves out the value.
 *
 * @param value null when there is none
 * @param ttlMillis as PTTL reports it: -1 when the value never expires, -2 when there is none
 */
record CachedValue(@Nullable String value, long ttlMillis) {

  static final CachedValue NONE = new CachedValue(null, -2);

  @Override
  public String toString() {
    return (value == null ? "no value" : "a value") + ", TTL " + ttlMillis + " ms";
  }
}
