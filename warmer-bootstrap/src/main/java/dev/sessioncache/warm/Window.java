package dev.sessioncache.warm;

import java.time.Duration;

/**
 * How many batches may be under way to Redis: halved when an answer is slow, one more after as many
 * quick answers as there are batches (<a href="https://www.rfc-editor.org/rfc/rfc5681">additive
 * increase, multiplicative decrease</a>). So a Redis that has become slow, for whatever reason,
 * gets less to do by us. Used by the thread of one warm.
 */
final class Window {

  private final int most;
  private final Duration slow;
  private double size;

  /**
   * @param most batches under way, from the beginning on
   * @param slow an answer that takes longer
   */
  Window(int most, Duration slow) {
    this.most = most;
    this.slow = slow;
    this.size = most;
  }

  int size() {
    return (int) size;
  }

  void answered(Duration took) {
    size = isSlow(took) ? Math.max(1, size / 2) : Math.min(most, size + 1 / size);
  }

  /** Whether Redis is slow although it has one batch at a time. */
  boolean isTooMuch(Duration took) {
    return isSlow(took) && size() == 1;
  }

  private boolean isSlow(Duration took) {
    return took.compareTo(slow) > 0;
  }
}
