package dev.sessioncache.lease;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Which sessions come first when not all are kept. A priority is a moment, in ms since 1970, and
 * only rises with activity: so it never has to be computed anew because time has passed.
 */
public sealed interface Priority {

  /**
   * The priority of a session after an activity.
   *
   * @param activityMillis when it was active
   * @param former its priority before; null when that is not known
   */
  double after(long activityMillis, @Nullable Double former);

  /** The strategy that the settings name. */
  static Priority of(LeaseSettings settings) {
    return switch (settings.priority()) {
      case RECENCY -> new Recency();
      case FREQUENCY -> new Frequency(settings.halfLife());
    };
  }

  /** The most recently active first. */
  record Recency() implements Priority {

    @Override
    public double after(long activityMillis, @Nullable Double former) {
      return activityMillis;
    }
  }

  /**
   * The most often active first, where an activity counts half as much after each half-life. With
   * <a href="https://dimacs.rutgers.edu/~graham/pubs/papers/fwddecay.pdf">forward decay</a> an
   * activity at the time t adds 2^(t/h) for good, and ages against later ones by itself. The
   * logarithm of the sum, times h, is again a moment: that of a session with a single activity of
   * the same weight. Two activities at once are worth one that is a half-life later.
   */
  record Frequency(Duration halfLife) implements Priority {

    @Override
    public double after(long activityMillis, @Nullable Double former) {
      if (former == null) {
        return activityMillis;
      }
      double scale = halfLife.toMillis() / Math.log(2);
      double distance = Math.abs(former - activityMillis);
      return Math.max(former, activityMillis) + scale * Math.log1p(Math.exp(-distance / scale));
    }
  }
}
