package dev.sessioncache.apply;

import dev.sessioncache.guard.WriteCounts;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.ToLongFunction;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The refills of the lanes that need one. One rule: a lane whose apply was behind, or whose Redis
 * has lost something, is refilled from the log once it has caught up. A Redis that has lost
 * something may have come back with what had been taken away: no lane is true in it before its
 * refill is done. A lane that is whole is read as well when it has come to us, to know what its log
 * holds. Lanes take turns, a chunk each, so what changed last comes first. Used by the apply thread
 * alone.
 */
final class Refills {

  private static final Logger log = LoggerFactory.getLogger(Refills.class);
  private static final Duration TELL_EVERY = Duration.ofSeconds(5);

  private final OwnedLanes lanes;
  private final BackwardReader reader;
  private final ApplyProgress progress;
  private final Duration bound;
  private final Clock clock;
  private int lastTurn = -1;
  private long lastToldNanos = System.nanoTime();

  /**
   * @param bound a lane whose watermark is older is not refilled: it only takes away
   */
  Refills(
      OwnedLanes lanes,
      BackwardReader reader,
      ApplyProgress progress,
      Duration bound,
      Clock clock) {
    this.lanes = lanes;
    this.reader = reader;
    this.progress = progress;
    this.bound = bound;
    this.clock = clock;
  }

  /** Whether a lane has something to be read. */
  boolean isActive(RedisIdentity redis) {
    return lanes.all().stream().anyMatch(lane -> isDue(lane, redis));
  }

  /**
   * The refill whose turn it is, its next chunk read; empty when none is due.
   *
   * @param positions up to which offset a lane's entries have been applied
   */
  Optional<Refill> next(RedisIdentity redis, ToLongFunction<TopicPartition> positions) {
    List<OwnedLane> due = lanes.all().stream().filter(lane -> isDue(lane, redis)).toList();
    if (due.isEmpty()) {
      reader.close();
      return Optional.empty();
    }
    OwnedLane turn =
        due.stream().filter(lane -> lane.number() > lastTurn).findFirst().orElse(due.get(0));
    lastTurn = turn.number();
    return begun(turn, redis, positions);
  }

  private boolean isDue(OwnedLane lane, RedisIdentity redis) {
    return lane.isWholeIn(redis)
        ? !lane.known().isComplete()
        : lane.hasPublishedWithin(bound, clock.instant());
  }

  private Optional<Refill> begun(
      OwnedLane lane, RedisIdentity redis, ToLongFunction<TopicPartition> positions) {
    RedisIdentity filled = lane.isWholeIn(redis) ? null : redis;
    Refill refill = lane.refill();
    try {
      if (refill == null || !Objects.equals(refill.redis(), filled)) {
        refill = begin(lane, filled, positions.applyAsLong(lane.partition()));
      }
      refill.advance(reader);
      return Optional.of(refill);
    } catch (KafkaException e) {
      log.warn("event=refill_waits lane={} cause={}", lane.number(), e.getClass().getSimpleName());
      return Optional.empty(); // it has its turn again
    }
  }

  private Refill begin(OwnedLane lane, @Nullable RedisIdentity filled, long end) {
    Refill refill =
        new Refill(lane.partition(), filled, lane.known(), reader.beginning(lane.partition()), end);
    if (filled != null) {
      lane.known().nothingIsRanked();
      log.info("event=refill_begins lane={}", lane.number());
    }
    lane.refill(refill);
    return refill;
  }

  /** Redis has taken the refill's chunk. */
  void written(Refill refill, WriteCounts counts) {
    refill.written(counts.stored());
    progress.refilled(counts.stored());
    OwnedLane lane = lanes.get(refill.lane().partition());
    if (lane != null && lane.refill() == refill && refill.isDone()) {
      done(lane, refill);
    }
    tell();
  }

  private static void done(OwnedLane lane, Refill refill) {
    lane.refill(null);
    if (refill.redis() == null) {
      log.info(
          "event=lane_known lane={} sessions={} ms={}",
          lane.number(),
          lane.known().live(),
          refill.age().toMillis());
      return;
    }
    lane.becomesWholeIn(refill.redis());
    log.info(
        "event=refilled lane={} sessions={} ms={}",
        lane.number(),
        refill.sessions(),
        refill.age().toMillis());
  }

  /** Lanes have come or gone, or one has gone on. */
  void tell() {
    List<Refill> filling =
        lanes.all().stream()
            .map(OwnedLane::refill)
            .filter(refill -> refill != null && refill.redis() != null)
            .toList();
    progress.refilling(filling.size());
    if (System.nanoTime() - lastToldNanos >= TELL_EVERY.toNanos()) {
      lastToldNanos = System.nanoTime();
      filling.forEach(
          refill ->
              log.info(
                  "event=refilling lane={} percent={} sessions={}",
                  refill.lane().partition(),
                  refill.percent(),
                  refill.sessions()));
    }
  }
}
