package dev.sessioncache.warm;

import dev.sessioncache.command.StopSignal;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * When to repeat a batch that failed: a bounded number of times, at growing, jittered distances,
 * not beyond the deadline and not once stop is requested.
 */
final class Retry {

  /** With the delays below enough to sit out a restart or failover of Redis of some 15 s. */
  static final int MAX_ATTEMPTS = 10;

  static final Duration FIRST_DELAY = Duration.ofMillis(100);
  static final Duration LONGEST_DELAY = Duration.ofSeconds(3);

  private final StopSignal stop;
  private final Deadline deadline;
  private final RandomGenerator random;

  Retry(StopSignal stop, Deadline deadline, RandomGenerator random) {
    this.stop = stop;
    this.deadline = deadline;
    this.random = random;
  }

  boolean isUp(int failures) {
    return failures >= MAX_ATTEMPTS || stop.requested() || deadline.passed();
  }

  void pause(int failures) throws InterruptedException {
    stop.sleep(delay(failures));
  }

  /** Half of it is jitter. */
  Duration delay(int failures) {
    long doubled = FIRST_DELAY.toMillis() << Math.min(failures - 1, 10);
    long whole = Math.min(doubled, LONGEST_DELAY.toMillis());
    return Duration.ofMillis((long) (whole * (1 + random.nextDouble()) / 2));
  }
}
