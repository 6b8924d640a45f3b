package dev.sessioncache.apply;

import java.time.Clock;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** The lanes that this instance applies, by their numbers. Used by the apply thread alone. */
final class OwnedLanes {

  private final Map<Integer, OwnedLane> lanes = new TreeMap<>();
  private final Clock clock;

  OwnedLanes(Clock clock) {
    this.clock = clock;
  }

  /** A lane has come to us; its last owner left word in which Redis it is whole. */
  void assigned(TopicPartition lane, Optional<RedisIdentity> wholeIn) {
    lanes.put(lane.partition(), new OwnedLane(lane, wholeIn, clock));
  }

  void revoked(TopicPartition lane) {
    lanes.remove(lane.partition());
  }

  Collection<OwnedLane> all() {
    return lanes.values();
  }

  @Nullable OwnedLane get(int number) {
    return lanes.get(number);
  }

  /** What a batch tells of its lanes, once Redis has taken it. */
  void applied(LaneBatch batch) {
    for (LaneBatch.Said said : batch.said()) {
      with(said.lane(), lane -> told(lane, said));
    }
    batch.heard().forEach((number, at) -> with(number, lane -> lane.heard(at)));
    batch.published().forEach((number, at) -> with(number, lane -> lane.published(at)));
    batch.floors().forEach((number, floor) -> with(number, lane -> lane.publishedBaseline(floor)));
    batch.behind().forEach(number -> with(number, OwnedLane::lacksSomething));
  }

  private static void told(OwnedLane lane, LaneBatch.Said said) {
    if (said.put() == null) {
      lane.known().remove(said.key(), said.offset());
    } else {
      lane.known().put(said.key(), said.offset(), said.put().liveUntilMillis());
    }
    if (lane.refill() != null) {
      lane.refill().touched(said.key());
    }
  }

  private void with(int number, Consumer<OwnedLane> action) {
    OwnedLane lane = lanes.get(number);
    if (lane != null) {
      action.accept(lane);
    }
  }

  /** Any lane may lack something in Redis. */
  void allLackSomething() {
    lanes.values().forEach(OwnedLane::lacksSomething);
  }

  /** Whether all lanes have published what the baseline of a floor, or a later one, knows. */
  boolean havePublished(String floor) {
    return lanes.values().stream().allMatch(lane -> lane.hasPublished(floor));
  }

  /** Whether a Redis holds nothing of the lane that was taken away. */
  boolean isTrueIn(RedisIdentity redis, int number) {
    OwnedLane lane = lanes.get(number);
    return lane != null && lane.isTrueIn(redis);
  }

  /** Whether a session of this priority is beyond what the lane keeps. */
  boolean isBeyondTheBudget(int number, double priority) {
    OwnedLane lane = lanes.get(number);
    return lane != null && lane.isBeyond(priority);
  }

  /** From when the leases of a lane count. */
  Instant leaseFrom(TopicPartition partition, Instant now) {
    OwnedLane lane = lanes.get(partition.partition());
    return lane == null ? now : lane.leaseFrom(now);
  }

  /** The Redis that holds the lane whole. */
  Optional<RedisIdentity> wholeIn(TopicPartition partition) {
    return Optional.ofNullable(lanes.get(partition.partition())).map(OwnedLane::wholeIn);
  }
}
