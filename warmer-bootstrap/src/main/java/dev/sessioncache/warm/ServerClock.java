package dev.sessioncache.warm;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * The clock of a server, read once and carried on by our monotonic clock: leases and bounds hold
 * even where this machine's clock is wrong.
 */
record ServerClock(Instant read, long nanoTime) implements InstantSource {

  static ServerClock readNow(Instant serverTime) {
    return new ServerClock(serverTime, System.nanoTime());
  }

  @Override
  public Instant instant() {
    return read.plus(Duration.ofNanos(System.nanoTime() - nanoTime));
  }
}
