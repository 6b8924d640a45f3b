package dev.sessioncache.progress;

import java.time.Duration;
import java.util.Optional;

/**
 * How far a warm has come.
 *
 * @param looked sessions that were read, or found in Redis
 * @param count sessions that it takes at most
 * @param present sessions that were found in Redis
 * @param written sessions that Redis has acknowledged
 * @param older sessions that are newer in Redis
 * @param failed sessions that can't be put into Redis as they are
 * @param retries what was asked of Redis more than once
 * @param time since the warm began
 */
public record ProgressFigures(
    long looked,
    long count,
    long present,
    long written,
    long older,
    long failed,
    long retries,
    Duration time) {

  /** 0 to 1; there may be fewer sessions than the count, so it need not reach 1. */
  double share() {
    return Math.min(1, (double) looked / count);
  }

  /** Sessions a second. */
  double rate() {
    return time.isZero() ? 0 : looked * 1e9 / time.toNanos();
  }

  /** What is left at this rate. */
  Optional<Duration> left() {
    return looked == 0
        ? Optional.empty()
        : Optional.of(Duration.ofMillis((long) (Math.max(0, count - looked) * 1e3 / rate())));
  }
}
