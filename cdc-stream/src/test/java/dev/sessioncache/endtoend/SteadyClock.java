package dev.sessioncache.endtoend;

import java.util.concurrent.TimeUnit;

/** Wall clock time at the start, and from there on by a clock that never steps. */
final class SteadyClock {

  private final long offsetNanos =
      TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis()) - System.nanoTime();

  long millis() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() + offsetNanos);
  }
}
