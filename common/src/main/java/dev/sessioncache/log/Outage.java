package dev.sessioncache.log;

import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The outages of one server, as the log tells of them: the first failure of each, then one every 30
 * s, and how long it has lasted when it is over. Used by one thread.
 */
public final class Outage {

  private static final Duration TELL_EVERY = Duration.ofSeconds(30);

  private final LongSupplier nanoTime;
  private boolean lasts;
  private long beganNanos;
  private long toldNanos;

  public Outage() {
    this(System::nanoTime);
  }

  Outage(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** The server has failed once more; returns whether that is to be logged. */
  public boolean failed() {
    long now = nanoTime.getAsLong();
    boolean first = !lasts;
    if (first) {
      lasts = true;
      beganNanos = now;
    }
    if (first || now - toldNanos >= TELL_EVERY.toNanos()) {
      toldNanos = now;
      return true;
    }
    return false;
  }

  /** The server has answered; returns how long the outage has lasted that this ends, if one. */
  public Optional<Duration> answered() {
    if (!lasts) {
      return Optional.empty();
    }
    lasts = false;
    return Optional.of(Duration.ofNanos(nanoTime.getAsLong() - beganNanos));
  }
}
