package dev.sessioncache.apply;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.guard.Lease;
import dev.sessioncache.lease.LeaseSettings;
import dev.sessioncache.lease.OnLoss;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScoredValue;
import io.lettuce.core.ScoredValueScanCursor;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Renews the leases of what is to be kept: the top of each lane's index, up to the lane's share of
 * the budget, every half lease, and only while the lane is within the staleness bound. The lease
 * counts from the lane's newest pulse: when those cease, nothing outlives that pulse by more than a
 * lease. What is below the share is left to lapse. Used by the apply thread alone.
 */
final class Renewals {

  private static final Logger log = LoggerFactory.getLogger(Renewals.class);

  /** More than that, and the lane is refilled as a whole. */
  private static final int MOST_GONE = 1_000;

  /** The index holds this many times the share, for when sessions of the top end. */
  private static final double SLACK = 1.25;

  private static final int LEAST_GROWTH = 1_000;

  /** Guards live longer than leases: renewed as often in their time to live, they do not lapse. */
  private static final int GUARD_RENEWALS = 4;

  private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(2);

  private final OwnedLanes lanes;
  private final GuardSettings settings;
  private final Lease lease;
  private final OnLoss onLoss;
  private final int share;
  private final Duration bound;
  private final ApplyProgress progress;
  private final Clock clock;
  private long notBeforeNanos = System.nanoTime();

  /**
   * @param keep how many sessions, and what becomes of them when a lane is behind
   */
  Renewals(
      OwnedLanes lanes,
      GuardSettings settings,
      Lease lease,
      LeaseSettings keep,
      int laneCount,
      Duration bound,
      ApplyProgress progress,
      Clock clock) {
    this.lanes = lanes;
    this.settings = settings;
    this.lease = lease;
    this.onLoss = keep.onLoss();
    this.share = keep.share(laneCount);
    this.bound = bound;
    this.progress = progress;
    this.clock = clock;
  }

  /** A lane of which something is to be renewed now. */
  Optional<OwnedLane> next(RedisIdentity redis) {
    return System.nanoTime() - notBeforeNanos < 0
        ? Optional.empty()
        : lanes.all().stream().filter(lane -> mayRenew(lane, redis) && isDue(lane)).findFirst();
  }

  /** A lane with values that are gone and may be put back. */
  Optional<OwnedLane> nextWithGone(RedisIdentity redis) {
    return lanes.all().stream()
        .filter(lane -> !lane.gone().isEmpty())
        .filter(lane -> lane.isWholeIn(redis) && isWithin(lane))
        .findFirst();
  }

  /** Whether something is to be renewed now. */
  boolean isActive(RedisIdentity redis) {
    return next(redis).isPresent() || nextWithGone(redis).isPresent();
  }

  /** A step has failed: what the stream writes must not wait for leases. */
  void failed() {
    notBeforeNanos = System.nanoTime() + PAUSE_AFTER_FAILURE.toNanos();
  }

  private boolean isWithin(OwnedLane lane) {
    return lane.isWithin(bound, clock.instant());
  }

  /** A lane that is to be refilled waits for that. */
  private boolean mayRenew(OwnedLane lane, RedisIdentity redis) {
    return lane.known().isComplete()
        && lane.isTrueIn(redis)
        && (isWithin(lane) ? lane.isWholeIn(redis) : onLoss == OnLoss.KEEP);
  }

  private boolean isDue(OwnedLane lane) {
    RenewalPass pass = lane.pass();
    return pass == null || pass.isOver() || pass.due() > 0 || hasGrown(lane);
  }

  private boolean hasGrown(OwnedLane lane) {
    return lane.ranked() > Math.max(LEAST_GROWTH, (SLACK - 1) * share);
  }

  /** Goes one step in the lane's index; returns the lane. */
  OwnedLane step(OwnedLane lane, RedisTarget.Link link, String generation, Answers answers)
      throws InterruptedException, ExecutionException, TimeoutException {
    RenewalPass pass = lane.pass();
    if (pass == null || pass.isOver()) {
      begin(lane, cut(lane, link, answers));
    } else if (hasGrown(lane)) {
      cut(lane, link, answers);
    } else if (pass.due() > 0) {
      renew(lane, pass, link, generation, answers);
    }
    return lane;
  }

  private void renew(
      OwnedLane lane, RenewalPass pass, RedisTarget.Link link, String generation, Answers answers)
      throws InterruptedException, ExecutionException, TimeoutException {
    byte[] index = settings.priorityKey(lane.number()).getBytes(UTF_8);
    var page =
        link.connection().async().zscan(index, pass.cursor(), ScanArgs.Builder.limit(pass.due()));
    link.connection().flushCommands();
    ScoredValueScanCursor<byte[]> found = answers.await(page);
    List<LeaseRenewal.Renewed> kept = new ArrayList<>();
    List<byte[]> ended = new ArrayList<>();
    sort(lane, found.getValues(), kept, ended);
    if (!ended.isEmpty()) {
      var unused = link.connection().async().zrem(index, ended.toArray(byte[][]::new));
    }
    List<LeaseRenewal.Renewed> gone =
        answers.await(link.renewal().renew(kept, generation, pass.guards()));
    pass.looked(found, found.getValues().size());
    pass.renewed(kept.size() - gone.size());
    progress.renewed(kept.size() - gone.size());
    if (pass.isDone()) {
      progress.kept(lane.number(), pass.renewed());
      lane.renewed(pass);
    }
    if (isWithin(lane)) { // else nothing may be put back
      areGone(lane, gone);
    }
  }

  private void areGone(OwnedLane lane, List<LeaseRenewal.Renewed> gone) {
    gone.stream()
        .limit(MOST_GONE + 1 - lane.gone().size())
        .forEach(value -> lane.gone().add(value.key()));
    if (lane.gone().size() > MOST_GONE && lane.asksForRefill(settings.leaseTtl())) {
      log.warn("event=values_gone lane={} hint=\"the lane is refilled\"", lane.number());
    }
  }

  private void sort(
      OwnedLane lane,
      List<ScoredValue<byte[]>> found,
      List<LeaseRenewal.Renewed> kept,
      List<byte[]> ended) {
    Instant now = clock.instant();
    KnownSessions known = lane.known();
    for (ScoredValue<byte[]> one : found) {
      String key = new String(one.getValue(), UTF_8);
      int at = known.find(key);
      if (at == KnownSessions.NONE || !known.isLive(at)) {
        ended.add(one.getValue());
      } else if (known.liveUntilMillis(at) <= now.toEpochMilli()) {
        known.end(at);
        ended.add(one.getValue());
      } else if (!lane.isBeyond(one.getScore())) {
        long millis = millisToLive(lane, now, Instant.ofEpochMilli(known.liveUntilMillis(at)));
        if (millis > 0) {
          kept.add(new LeaseRenewal.Renewed(key, millis));
        }
      }
    }
  }

  private long millisToLive(OwnedLane lane, Instant now, Instant liveUntil) {
    Instant from = onLoss == OnLoss.KEEP ? now : lane.leaseFrom(now);
    return lease.timeToLive(from, now, liveUntil).toMillis();
  }

  /** An index that has got too small is filled from the log. */
  private void begin(OwnedLane lane, long size) {
    boolean lost = size == 0 && lane.known().hasLive();
    boolean tooSmall = lane.isCutOff() && size < share && size < lane.known().live();
    if ((lost || tooSmall) && isWithin(lane) && lane.asksForRefill(settings.leaseTtl())) {
      log.warn(
          "event=priority_index_damaged lane={} state={} hint=\"the lane is refilled\"",
          lane.number(),
          lost ? "gone" : "small");
    } else {
      boolean guards = lane.guardsRenewedBefore(settings.guardTtl().dividedBy(GUARD_RENEWALS));
      lane.pass(new RenewalPass(size, guards, settings));
    }
  }

  /** Cuts the index to its size, which it returns, and finds where the share ends. */
  private long cut(OwnedLane lane, RedisTarget.Link link, Answers answers)
      throws InterruptedException, ExecutionException, TimeoutException {
    byte[] index = settings.priorityKey(lane.number()).getBytes(UTF_8);
    var commands = link.connection().async();
    var counted = commands.zcard(index);
    link.connection().flushCommands();
    long size = answers.await(counted);
    long most = (long) Math.ceil(share * SLACK);
    if (size > most) {
      var unused = commands.zremrangebyrank(index, 0, size - most - 1);
    }
    var last = commands.zrevrangeWithScores(index, share - 1L, share - 1L);
    link.connection().flushCommands();
    List<ScoredValue<byte[]>> found = answers.await(last);
    lane.cut(found.isEmpty() ? Double.NEGATIVE_INFINITY : found.get(0).getScore(), size > most);
    return Math.min(size, most);
  }
}
