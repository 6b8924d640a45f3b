package dev.sessioncache.demo.traffic;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Holds a thread to a rate by the monotonic clock. Somebody who fell behind catches up, but by no
 * more than one second's worth: a server that was away is not flooded when it returns. For one
 * thread.
 */
final class Pacer {

  private static final long MAX_DEBT_NANOS = Duration.ofSeconds(1).toNanos();

  private final long intervalNanos;
  private long nextNanos = System.nanoTime();

  Pacer(double perSecond) {
    this.intervalNanos = (long) (1e9 / perSecond);
  }

  /**
   * Waits for the next turn.
   *
   * @throws InterruptedException when the thread was interrupted
   */
  void await() throws InterruptedException {
    long now = System.nanoTime();
    nextNanos = Math.max(nextNanos + intervalNanos, now - MAX_DEBT_NANOS);
    while (nextNanos - now > 0) {
      LockSupport.parkNanos(nextNanos - now);
      if (Thread.interrupted()) {
        throw new InterruptedException();
      }
      now = System.nanoTime();
    }
  }
}
