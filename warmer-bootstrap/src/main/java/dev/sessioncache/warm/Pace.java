package dev.sessioncache.warm;

import java.time.Duration;

/**
 * Holds a warm back: by the pause and the rate that are set, and when a server has become slow.
 * Then the warm rests for as long as it was kept waiting, so that the server has half of its time
 * for others. Never beyond the end of the warm. Used by the thread of one warm.
 */
final class Pace {

  private static final Duration LONGEST_REST = Duration.ofSeconds(5);

  private final Duration pause;
  private final int mostPerSecond;
  private final Duration slow;
  private final End end;
  private long sessions;
  private long dueNanos = System.nanoTime();

  /**
   * @param mostPerSecond sessions; 0 for no limit
   * @param slow what a server may take for a batch before it is spared
   */
  Pace(Duration pause, int mostPerSecond, Duration slow, End end) {
    this.pause = pause;
    this.mostPerSecond = mostPerSecond;
    this.slow = slow;
    this.end = end;
  }

  /** A batch has been sent; so many sessions have been looked at in all. */
  void sent(long sessionsInAll) throws InterruptedException {
    end.sleep(pause);
    if (mostPerSecond > 0) {
      end.sleep(Duration.ofNanos(Math.max(0, ahead(sessionsInAll, System.nanoTime()))));
    }
  }

  /** How much too early it is; time that was lost before is not made up for. */
  private long ahead(long sessionsInAll, long nowNanos) {
    long more = (long) ((sessionsInAll - sessions) * 1e9 / mostPerSecond);
    sessions = sessionsInAll;
    dueNanos = Math.max(dueNanos, nowNanos - more) + more;
    return dueNanos - nowNanos;
  }

  /** A server has kept the warm waiting for so long. */
  void waited(Duration took) throws InterruptedException {
    if (took.compareTo(slow) > 0) {
      end.sleep(took.compareTo(LONGEST_REST) < 0 ? took : LONGEST_REST);
    }
  }
}
