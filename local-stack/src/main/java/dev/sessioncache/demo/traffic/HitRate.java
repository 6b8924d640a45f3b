package dev.sessioncache.demo.traffic;

import java.util.OptionalDouble;

/**
 * Reads of live sessions, and how many of them found a value.
 *
 * @param reads all
 * @param hits those that found one
 */
public record HitRate(long reads, long hits) {

  /** Hits by reads, from 0 to 1; empty when nothing was read. */
  public OptionalDouble rate() {
    return reads == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) hits / reads);
  }

  /** What was read since an earlier reading of the same counters. */
  public HitRate since(HitRate earlier) {
    return new HitRate(reads - earlier.reads, hits - earlier.hits);
  }
}
