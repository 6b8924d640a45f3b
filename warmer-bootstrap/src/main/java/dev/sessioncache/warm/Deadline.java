package dev.sessioncache.warm;

import java.time.Duration;

/** A moment of the monotonic clock at which work must be over. */
record Deadline(long nanoTime) {

  static Deadline in(Duration time) {
    return new Deadline(System.nanoTime() + time.toNanos());
  }

  Duration left() {
    return Duration.ofNanos(nanoTime - System.nanoTime());
  }

  boolean passed() {
    return System.nanoTime() - nanoTime >= 0;
  }
}
