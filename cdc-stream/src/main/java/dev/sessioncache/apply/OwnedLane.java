package dev.sessioncache.apply;

import dev.sessioncache.guard.StreamPosition;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * A lane that this instance applies: which Redis holds it whole, how current it is, what its log
 * says, and what is under way. Used by the apply thread alone.
 */
final class OwnedLane {

  private final TopicPartition partition;
  private final KnownSessions known;

  /** The Redis that holds all of the lane. */
  private @Nullable RedisIdentity wholeIn;

  /** The Redis that holds nothing which the lane has taken away. */
  private @Nullable RedisIdentity trueIn;

  private @Nullable Refill refill;
  private @Nullable RenewalPass pass;
  private final Deque<String> gone = new ArrayDeque<>();
  private boolean guardsRenewed;
  private long guardsRenewedNanos;
  private long heardMillis;
  private long publishedMillis;
  private @Nullable String publishedFloor;

  private long ranked;
  private boolean cutOff;
  private long askedNanos;
  private boolean asked;

  /** Sessions below are beyond the budget. */
  private double cutoff = Double.NEGATIVE_INFINITY;

  /**
   * @param wholeIn as the last owner left word
   */
  OwnedLane(TopicPartition partition, Optional<RedisIdentity> wholeIn, Clock clock) {
    this.partition = partition;
    this.known = new KnownSessions(clock);
    this.wholeIn = wholeIn.orElse(null);
    this.trueIn = this.wholeIn;
  }

  TopicPartition partition() {
    return partition;
  }

  int number() {
    return partition.partition();
  }

  KnownSessions known() {
    return known;
  }

  @Nullable RedisIdentity wholeIn() {
    return wholeIn;
  }

  boolean isWholeIn(RedisIdentity redis) {
    return redis.equals(wholeIn);
  }

  boolean isTrueIn(RedisIdentity redis) {
    return redis.equals(trueIn);
  }

  void becomesWholeIn(RedisIdentity redis) {
    wholeIn = redis;
    trueIn = redis;
  }

  /** Redis may lack something of the lane. */
  void lacksSomething() {
    wholeIn = null;
    refill = null;
    pass = null;
    gone.clear();
  }

  @Nullable Refill refill() {
    return refill;
  }

  void refill(@Nullable Refill next) {
    refill = next;
  }

  @Nullable RenewalPass pass() {
    return pass;
  }

  void pass(@Nullable RenewalPass next) {
    pass = next;
  }

  /** A pass has come to its end. */
  void renewed(RenewalPass whole) {
    if (whole.guards()) {
      guardsRenewed = true;
      guardsRenewedNanos = System.nanoTime();
    }
  }

  /** Whether the last pass that renewed guards, too, ended longer ago than that. */
  boolean guardsRenewedBefore(Duration ago) {
    return !guardsRenewed || System.nanoTime() - guardsRenewedNanos > ago.toNanos();
  }

  /** Keys of values that are to be kept and were found gone. */
  Deque<String> gone() {
    return gone;
  }

  /** A pulse has come behind all that the lane holds. */
  void published(long atMillis) {
    publishedMillis = Math.max(publishedMillis, atMillis);
  }

  /** The same, of the baseline with that floor, to which Redis has yet to be swept. */
  void publishedBaseline(String floor) {
    publishedFloor = floor;
  }

  boolean hasPublished(String floor) {
    return publishedFloor != null && StreamPosition.compareBaselines(publishedFloor, floor) >= 0;
  }

  /**
   * Whether the lane's log tells what the bound demands of each session. While the lane still
   * publishes, what it says of some is from before, be it from before a baseline.
   */
  boolean hasPublishedWithin(Duration bound, Instant now) {
    return publishedMillis >= now.minus(bound).toEpochMilli();
  }

  void heard(long atMillis) {
    heardMillis = Math.max(heardMillis, atMillis);
  }

  /** Whether what is cached of the lane is as current as its bound demands. */
  boolean isWithin(Duration bound, Instant now) {
    return heardMillis >= now.minus(bound).toEpochMilli();
  }

  /**
   * From when a lease counts: the newest pulse, so that nothing outlives it by more than a lease.
   */
  Instant leaseFrom(Instant now) {
    Instant heard = Instant.ofEpochMilli(heardMillis);
    return heard.isBefore(now) ? heard : now;
  }

  /** Whether a session of this priority is beyond what the lane keeps. */
  boolean isBeyond(double priority) {
    return priority < cutoff;
  }

  /** The index has been cut to its size; the share ends with this priority. */
  void cut(double lowestOfShare, boolean someLeft) {
    cutoff = lowestOfShare;
    ranked = 0;
    cutOff |= someLeft;
  }

  /** Whether sessions that are live have left the index since the lane was last refilled. */
  boolean isCutOff() {
    return cutOff;
  }

  /**
   * A renewal has found that much is missing. What is missing again after a refill, as when Redis
   * is full, is not worth another one at once.
   *
   * @return whether the lane is refilled
   */
  boolean asksForRefill(Duration atMostEvery) {
    if (asked && System.nanoTime() - askedNanos < atMostEvery.toNanos()) {
      return false;
    }
    asked = true;
    askedNanos = System.nanoTime();
    cutOff = false;
    lacksSomething();
    return true;
  }

  /** Sessions that have come into the index since it was cut. */
  long ranked() {
    return ranked;
  }

  void ranked(long more) {
    ranked += more;
  }
}
