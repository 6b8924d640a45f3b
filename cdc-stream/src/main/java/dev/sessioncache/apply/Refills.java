package dev.sessioncache.apply;

import dev.sessioncache.guard.WriteCounts;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.ToLongFunction;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which lanes are whole in Redis, and the refills of those that are not. One rule: a lane whose
 * apply was behind, or whose Redis has lost something, is refilled from the log once it has caught
 * up. A Redis that has lost something may have come back with what had been taken away: no lane is
 * true in it before its refill is done. Lanes take turns, a chunk each, so what changed last comes
 * first. Used by the apply thread alone.
 */
final class Refills {

  private static final Logger log = LoggerFactory.getLogger(Refills.class);
  private static final Duration TELL_EVERY = Duration.ofSeconds(5);

  /**
   * Where a lane stands: the Redis that holds it whole, the one that holds at least nothing that
   * was taken away, the newest pulse, and the refill that is under way.
   */
  private static final class State {
    @Nullable RedisIdentity wholeIn;
    @Nullable RedisIdentity trueIn;
    @Nullable Refill refill;
    long heardMillis;

    void fallBehind() {
      wholeIn = null;
      refill = null;
    }
  }

  private final Map<TopicPartition, State> lanes = new HashMap<>();
  private final Deque<TopicPartition> turns = new ArrayDeque<>();
  private final BackwardReader reader;
  private final ApplyProgress progress;
  private final Duration bound;
  private final Clock clock;
  private long lastToldNanos = System.nanoTime();

  /**
   * @param bound a lane whose watermark is older is not refilled: it only takes away
   */
  Refills(BackwardReader reader, ApplyProgress progress, Duration bound, Clock clock) {
    this.reader = reader;
    this.progress = progress;
    this.bound = bound;
    this.clock = clock;
  }

  /** A lane has come to us; its last owner left word in which Redis it is whole. */
  void assigned(TopicPartition lane, Optional<RedisIdentity> wholeIn) {
    State state = new State();
    state.wholeIn = wholeIn.orElse(null);
    state.trueIn = state.wholeIn;
    lanes.put(lane, state);
    turns.add(lane);
  }

  void revoked(TopicPartition lane) {
    lanes.remove(lane);
    turns.remove(lane);
    tell();
  }

  /** A pulse of the lane has come, sent at that time in ms since 1970. */
  void heard(int number, long atMillis) {
    state(number).ifPresent(state -> state.heardMillis = Math.max(state.heardMillis, atMillis));
  }

  /** Whether a Redis holds nothing of the lane that was taken away. */
  boolean isTrueIn(RedisIdentity redis, int number) {
    return state(number).filter(state -> redis.equals(state.trueIn)).isPresent();
  }

  /** Puts of the lane were taken as removals. */
  void behind(int number) {
    state(number).ifPresent(State::fallBehind);
  }

  /** Any lane may have lost something in Redis. */
  void allBehind() {
    lanes.values().forEach(State::fallBehind);
  }

  private Optional<State> state(int number) {
    return lanes.entrySet().stream()
        .filter(lane -> lane.getKey().partition() == number)
        .map(Map.Entry::getValue)
        .findFirst();
  }

  void touched(TopicPartition lane, List<String> keys) {
    State state = lanes.get(lane);
    if (state != null && state.refill != null) {
      keys.forEach(state.refill::touched);
    }
  }

  /** The Redis that holds the lane whole. */
  Optional<RedisIdentity> wholeIn(TopicPartition lane) {
    return Optional.ofNullable(lanes.get(lane)).map(state -> state.wholeIn);
  }

  /** Whether a lane that is within the bound is not whole in this Redis. */
  boolean isActive(RedisIdentity redis) {
    return lanes.keySet().stream().anyMatch(lane -> isDue(lane, redis));
  }

  /**
   * The refill whose turn it is, its next chunk read; empty when none is due.
   *
   * @param positions up to which offset a lane's entries have been applied
   */
  Optional<Refill> next(RedisIdentity redis, ToLongFunction<TopicPartition> positions) {
    for (int i = 0; i < turns.size(); i++) {
      TopicPartition lane = turns.remove();
      turns.add(lane);
      if (isDue(lane, redis)) {
        return begun(lane, redis, positions);
      }
    }
    reader.close();
    return Optional.empty();
  }

  private boolean isDue(TopicPartition lane, RedisIdentity redis) {
    State state = lanes.get(lane);
    long oldest = clock.instant().minus(bound).toEpochMilli();
    return state != null && !redis.equals(state.wholeIn) && state.heardMillis >= oldest;
  }

  private Optional<Refill> begun(
      TopicPartition lane, RedisIdentity redis, ToLongFunction<TopicPartition> positions) {
    State state = Objects.requireNonNull(lanes.get(lane));
    Refill refill = state.refill;
    try {
      if (refill == null || !refill.redis().equals(redis)) {
        refill = new Refill(lane, redis, reader.beginning(lane), positions.applyAsLong(lane));
        state.refill = refill;
        log.info("event=refill_begins lane={}", lane.partition());
      }
      refill.advance(reader);
      return Optional.of(refill);
    } catch (KafkaException e) {
      log.warn(
          "event=refill_waits lane={} cause={}", lane.partition(), e.getClass().getSimpleName());
      return Optional.empty(); // it has its turn again
    }
  }

  /** Redis has taken the refill's chunk. */
  void written(Refill refill, WriteCounts counts) {
    refill.written(counts.stored());
    progress.refilled(counts.stored());
    State state = lanes.get(refill.lane());
    if (state != null && state.refill == refill && refill.isDone()) {
      state.wholeIn = refill.redis();
      state.trueIn = refill.redis();
      state.refill = null;
      log.info(
          "event=refilled lane={} sessions={} ms={}",
          refill.lane().partition(),
          refill.sessions(),
          refill.age().toMillis());
    }
    tell();
  }

  private void tell() {
    progress.refilling((int) lanes.values().stream().filter(state -> state.refill != null).count());
    if (System.nanoTime() - lastToldNanos >= TELL_EVERY.toNanos()) {
      lastToldNanos = System.nanoTime();
      lanes.values().stream()
          .map(state -> state.refill)
          .filter(Objects::nonNull)
          .forEach(
              refill ->
                  log.info(
                      "event=refilling lane={} percent={} sessions={}",
                      refill.lane().partition(),
                      refill.percent(),
                      refill.sessions()));
    }
  }
}
