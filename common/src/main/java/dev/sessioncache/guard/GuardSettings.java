package dev.sessioncache.guard;

import dev.sessioncache.config.Section;
import dev.sessioncache.config.Setting;
import java.time.Duration;

/** How values and guards live in Redis. */
@Section(
    value = "Lease and guard",
    description = "How long values and their guard keys live in Redis, and where our own keys are.")
public record GuardSettings(
    @Setting(
            name = "lease.ttl",
            defaultValue = "5m",
            description =
                "Longest time to live of a cached session. When the pipeline stops, every reader is"
                    + " back on Postgres after this time.")
        Duration leaseTtl,
    @Setting(
            name = "lease.jitter",
            defaultValue = "0.1",
            description =
                "Share by which a time to live is shortened at random, so that values do not lapse"
                    + " together; 0 to 0.5.")
        double leaseJitter,
    @Setting(
            name = "guard.ttl",
            defaultValue = "1h",
            description =
                "How long a guard key outlives the last write of its session. Must be longer than"
                    + " any write can be under way, and than Postgres can rewind a slot after a"
                    + " crash (checkpoint_timeout); at least twice lease.ttl. The same for all"
                    + " programs.")
        Duration guardTtl,
    @Setting(
            name = "keys.prefix",
            defaultValue = "warmer:",
            description =
                "Prefix of our own keys in Redis: guards, watermarks, status. Values carry no"
                    + " prefix of ours.")
        String keysPrefix) {

  static final char GUARD_SUFFIX = '}';

  private static final Duration WRITE_DEADLINE = Duration.ofSeconds(30);

  public GuardSettings {
    if (leaseTtl.toMillis() < 1000) {
      throw new IllegalArgumentException("lease.ttl must be at least 1s");
    }
    if (leaseJitter < 0 || leaseJitter > 0.5) {
      throw new IllegalArgumentException("lease.jitter must be between 0 and 0.5");
    }
    if (guardTtl.compareTo(leaseTtl.multipliedBy(2)) < 0) {
      throw new IllegalArgumentException("guard.ttl must be at least twice lease.ttl");
    }
    if (keysPrefix.isEmpty() || keysPrefix.contains("{") || keysPrefix.contains("}")) {
      throw new IllegalArgumentException("keys.prefix must not be empty or contain braces");
    }
  }

  /** The defaults that docs/configuration.md tells. */
  public static GuardSettings defaults() {
    return new GuardSettings(Duration.ofMinutes(5), 0.1, Duration.ofHours(1), "warmer:");
  }

  /**
   * How long a write that is not the stream's may be under way: 30 s, and less when guards live
   * shorter, since one that outlives the guard of a removal could bring the session back.
   */
  public Duration writeDeadline() {
    Duration half = guardTtl.dividedBy(2);
    return half.compareTo(WRITE_DEADLINE) < 0 ? half : WRITE_DEADLINE;
  }

  /** How often a value that is kept is renewed. */
  public Duration renewalInterval() {
    return leaseTtl.dividedBy(2);
  }

  /** How long a renewal takes to come round to all values of a lane. */
  public Duration renewalPass() {
    return leaseTtl.dividedBy(4);
  }

  /**
   * How long after its last pulse a lane may catch up so that its renewal comes to each value
   * before that lapses. Of the values that were renewed until the lane left its bound, the oldest
   * had its turn an interval and a pass before that. Zero or less when the jitter is so large that
   * any value may lapse.
   */
  public Duration survivableSilence(Duration stalenessBound) {
    Duration shortestLease = Duration.ofMillis((long) (leaseTtl.toMillis() * (1 - leaseJitter)));
    return shortestLease.minus(renewalInterval()).minus(renewalPass()).plus(stalenessBound);
  }

  /** The key of the {@link Generation}. */
  public String generationKey() {
    return keysPrefix + "generation";
  }

  /**
   * The key of the floor: {@link StreamPosition#beforeBaseline} of the newest baseline. A snapshot
   * that does not see it writes nothing.
   */
  public String floorKey() {
    return keysPrefix + "floor";
  }

  /** The key of the last floor below which everything has been taken away. */
  public String sweptKey() {
    return keysPrefix + "swept";
  }

  /** The key of a lane's watermark. */
  public String watermarkKey(int lane) {
    return keysPrefix + "watermark:" + lane;
  }

  /** The key of a lane's sessions by priority: a sorted set of the keys of values. */
  public String priorityKey(int lane) {
    return keysPrefix + "priority:" + lane;
  }

  /** The key of what a stage or a job tells about itself. */
  public String statusKey(String of) {
    return keysPrefix + "status:" + of;
  }

  /** The key of the {@link StatusIndex}. */
  public String statusIndexKey() {
    return keysPrefix + "status";
  }

  /** The guard key of a value: hashes to the slot of the value in a Redis Cluster. */
  public String guardKey(String valueKey) {
    return guardPrefix() + valueKey + GUARD_SUFFIX;
  }

  /** The value whose guard key this is. */
  public String valueKey(String guardKey) {
    return guardKey.substring(guardPrefix().length(), guardKey.length() - 1);
  }

  /** The glob pattern of all guard keys, see <a href="https://redis.io/commands/scan">SCAN</a>. */
  public String guardPattern() {
    return ValueKeys.glob(guardPrefix()) + "*" + GUARD_SUFFIX;
  }

  /** What stands before the value's key in that of its guard; {@link #GUARD_SUFFIX} follows. */
  String guardPrefix() {
    return keysPrefix + "guard:{";
  }
}
