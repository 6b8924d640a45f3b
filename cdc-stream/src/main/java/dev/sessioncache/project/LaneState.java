package dev.sessioncache.project;

import dev.sessioncache.changes.Epoch;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How far a lane has come, kept beside its rows.
 *
 * @param epoch of the baseline that the lane follows
 * @param loading whether that baseline is still arriving
 * @param watermarkMillis when the newest pulse was sent, ms since 1970
 * @param caughtUp whether the lane publishes; else it only takes away
 * @param publishedUpTo the session up to which all has been published since the lane caught up;
 *     null when nothing is left to publish
 */
record LaneState(
    Epoch epoch,
    boolean loading,
    long watermarkMillis,
    boolean caughtUp,
    @Nullable String publishedUpTo) {

  static final LaneState EMPTY = new LaneState(Epoch.NONE, false, 0, false, null);

  LaneState baselineBegins(Epoch next) {
    return new LaneState(next, true, watermarkMillis, false, null);
  }

  LaneState baselineEnds() {
    return new LaneState(epoch, false, watermarkMillis, caughtUp, publishedUpTo);
  }

  /**
   * A pulse moves the watermark forward, never back: after a crash Postgres sends old ones again.
   */
  LaneState pulse(long atMillis) {
    return new LaneState(
        epoch, loading, Math.max(watermarkMillis, atMillis), caughtUp, publishedUpTo);
  }

  LaneState fellBehind() {
    return new LaneState(epoch, loading, watermarkMillis, false, null);
  }

  /** All that the lane holds is now to be published, from its first session on. */
  LaneState hasCaughtUp() {
    return new LaneState(epoch, loading, watermarkMillis, true, "");
  }

  LaneState published(@Nullable String upTo) {
    return new LaneState(epoch, loading, watermarkMillis, caughtUp, upTo);
  }

  boolean isWithin(Duration bound, Instant now) {
    return watermarkMillis >= now.minus(bound).toEpochMilli();
  }
}
