package dev.sessioncache.project;

import dev.sessioncache.changes.Epoch;
import dev.sessioncache.guard.StreamPosition;
import dev.sessioncache.guard.TransactionId;
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
 * @param term of the newest capture that the lane has heard of
 * @param reading tells a lane that reads its changes again, or has long been stopped
 * @param floor what is older in Redis is unknown to the baseline; null before one is complete
 */
record LaneState(
    Epoch epoch,
    boolean loading,
    long watermarkMillis,
    boolean caughtUp,
    @Nullable String publishedUpTo,
    long term,
    Reading reading,
    @Nullable String floor) {

  /**
   * How a lane has been read.
   *
   * @param upTo offset of the newest pulse
   * @param atMillis when the lane was last seen at work, to the hour, ms since 1970
   */
  record Reading(long upTo, long atMillis) {
    static final Reading NONE = new Reading(0, 0);
  }

  static final LaneState EMPTY =
      new LaneState(Epoch.NONE, false, 0, false, null, 0, Reading.NONE, null);

  LaneState baselineBegins(Epoch next) {
    return new LaneState(next, true, watermarkMillis, false, null, term, reading, null);
  }

  LaneState baselineEnds(TransactionId transaction) {
    String floor =
        StreamPosition.beforeBaseline(epoch.timeline(), epoch.baseline(), transaction).encode();
    return new LaneState(
        epoch, false, watermarkMillis, caughtUp, publishedUpTo, term, reading, floor);
  }

  /**
   * A pulse moves the watermark forward, never back: after a crash Postgres sends old ones again.
   */
  LaneState pulse(long atMillis) {
    return new LaneState(
        epoch,
        loading,
        Math.max(watermarkMillis, atMillis),
        caughtUp,
        publishedUpTo,
        term,
        reading,
        floor);
  }

  LaneState fellBehind() {
    return new LaneState(epoch, loading, watermarkMillis, false, null, term, reading, floor);
  }

  /** All that the lane holds is now to be published, from its first session on. */
  LaneState hasCaughtUp() {
    return new LaneState(epoch, loading, watermarkMillis, true, "", term, reading, floor);
  }

  LaneState published(@Nullable String upTo) {
    return new LaneState(epoch, loading, watermarkMillis, caughtUp, upTo, term, reading, floor);
  }

  LaneState inTerm(long next) {
    return new LaneState(
        epoch, loading, watermarkMillis, caughtUp, publishedUpTo, next, reading, floor);
  }

  /** The lane reads changes again that it has read before: its watermark is that of those. */
  LaneState readAgain(long from) {
    return new LaneState(
        epoch, loading, 0, false, null, term, new Reading(from, reading.atMillis()), floor);
  }

  LaneState read(Reading next) {
    return new LaneState(
        epoch, loading, watermarkMillis, caughtUp, publishedUpTo, term, next, floor);
  }

  boolean isWithin(Duration bound, Instant now) {
    return watermarkMillis >= now.minus(bound).toEpochMilli();
  }
}
