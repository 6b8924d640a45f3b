package dev.sessioncache.project;

import dev.sessioncache.changes.Epoch;
import dev.sessioncache.guard.StreamPosition;
import dev.sessioncache.guard.TransactionId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far a lane has come, kept beside its rows.
 *
 * @param epoch of the baseline that the lane follows
 * @param rows what the lane knows of that baseline
 * @param passes over the lane's rows that are still to be made, in this order
 * @param watermarkMillis when the newest pulse was sent, ms since 1970
 * @param caughtUp whether the lane publishes; else it only takes away
 * @param publishedUpTo the session up to which what is to be published has been, since the lane
 *     caught up; null when nothing is left to publish
 * @param term of the newest capture that the lane has heard of
 * @param reading tells a lane that reads its changes again, or has long been stopped
 * @param floor what is older in Redis is unknown to the baseline; null before one is complete
 */
record LaneState(
    Epoch epoch,
    Rows rows,
    List<RowPass> passes,
    long watermarkMillis,
    boolean caughtUp,
    @Nullable String publishedUpTo,
    long term,
    Reading reading,
    @Nullable String floor) {

  /** What a lane knows of its baseline. */
  enum Rows {
    /** What it knew may be wrong: it only takes away until the next baseline. */
    FORGOTTEN,
    /** They are arriving. */
    LOADING,
    /** All of them. */
    ALL
  }

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
      new LaneState(Epoch.NONE, Rows.ALL, List.of(), 0, false, null, 0, Reading.NONE, null);

  LaneState baselineBegins(Epoch next) {
    return new LaneState(
        next, Rows.LOADING, List.of(), watermarkMillis, false, null, term, reading, null);
  }

  LaneState baselineEnds(TransactionId transaction) {
    String floor =
        StreamPosition.beforeBaseline(epoch.timeline(), epoch.baseline(), transaction).encode();
    return new LaneState(
        epoch, Rows.ALL, passes, watermarkMillis, caughtUp, publishedUpTo, term, reading, floor);
  }

  /** What the lane holds can't be trusted any more, until the next baseline. */
  LaneState forgets() {
    return new LaneState(
        epoch, Rows.FORGOTTEN, passes, watermarkMillis, false, null, term, reading, floor);
  }

  /** The lane is behind until the pass has been made. */
  LaneState waitsFor(RowPass pass) {
    List<RowPass> more = new ArrayList<>(passes);
    more.add(pass);
    return fellBehind().with(more);
  }

  /** What is left of the first pass; null when it has been made. */
  LaneState passed(@Nullable RowPass rest) {
    List<RowPass> left = new ArrayList<>(passes.subList(1, passes.size()));
    if (rest != null) {
      left.add(0, rest);
    }
    return with(left);
  }

  private LaneState with(List<RowPass> others) {
    return new LaneState(
        epoch,
        rows,
        List.copyOf(others),
        watermarkMillis,
        caughtUp,
        publishedUpTo,
        term,
        reading,
        floor);
  }

  /**
   * A pulse moves the watermark forward, never back: after a crash Postgres sends old ones again.
   */
  LaneState pulse(long atMillis) {
    return new LaneState(
        epoch,
        rows,
        passes,
        Math.max(watermarkMillis, atMillis),
        caughtUp,
        publishedUpTo,
        term,
        reading,
        floor);
  }

  LaneState fellBehind() {
    return new LaneState(epoch, rows, passes, watermarkMillis, false, null, term, reading, floor);
  }

  /** From now on the lane publishes: what it has held back if that is known, else all it holds. */
  LaneState hasCaughtUp() {
    return new LaneState(epoch, rows, passes, watermarkMillis, true, "", term, reading, floor);
  }

  LaneState published(@Nullable String upTo) {
    return new LaneState(
        epoch, rows, passes, watermarkMillis, caughtUp, upTo, term, reading, floor);
  }

  LaneState inTerm(long next) {
    if (next == term) {
      return this;
    }
    return new LaneState(
        epoch, rows, passes, watermarkMillis, caughtUp, publishedUpTo, next, reading, floor);
  }

  /** The lane reads changes again that it has read before: its watermark is that of those. */
  LaneState readAgain(long from) {
    return new LaneState(
        epoch, rows, passes, 0, false, null, term, new Reading(from, reading.atMillis()), floor);
  }

  LaneState read(Reading next) {
    return new LaneState(
        epoch, rows, passes, watermarkMillis, caughtUp, publishedUpTo, term, next, floor);
  }

  boolean isWithin(Duration bound, Instant now) {
    return watermarkMillis >= now.minus(bound).toEpochMilli();
  }
}
