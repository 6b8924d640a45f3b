package dev.sessioncache.verify;

import dev.sessioncache.guard.GuardSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/** Compares one value with what it is to be. Immutable. */
final class Comparison {

  /** By which the clocks of Postgres and of who writes to Redis may differ. */
  static final Duration CLOCKS = Duration.ofSeconds(5);

  private final long longestMillis;

  Comparison(GuardSettings settings) {
    this.longestMillis = settings.leaseTtl().plus(CLOCKS).toMillis();
  }

  /**
   * How the value differs; empty when it is right.
   *
   * @param now by the clock of Postgres, not before the value was read
   */
  Optional<Kind> of(Expected expected, Held held, Instant now) {
    if (expected.document() == null) {
      return held.isThere() ? Optional.of(Kind.ORPHANED) : Optional.empty();
    }
    if (!held.isThere()) {
      return Optional.of(Kind.MISSING);
    }
    if (!Arrays.equals(expected.document(), held.value())) {
      return Optional.of(Kind.STALE);
    }
    return isRight(held.millisLeft(), expected.liveUntil(), now)
        ? Optional.empty()
        : Optional.of(Kind.WRONG_TTL);
  }

  private boolean isRight(long millisLeft, Instant liveUntil, Instant now) {
    return millisLeft != Held.FOR_EVER
        && millisLeft <= longestMillis
        && !now.plusMillis(millisLeft).minus(CLOCKS).isAfter(liveUntil);
  }
}
