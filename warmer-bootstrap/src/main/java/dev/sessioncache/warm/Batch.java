package dev.sessioncache.warm;

import java.util.List;

/**
 * What is sent to Redis in one go.
 *
 * @param entries in the order of their sessions; may be none
 * @param upTo the last session that was looked at for it, in the order of the warm
 */
record Batch(List<Entry> entries, Place upTo) {

  /** Requests per second expected of its sessions. */
  double rate() {
    double sum = 0;
    for (Entry entry : entries) {
      sum += entry.rate();
    }
    return sum;
  }
}
