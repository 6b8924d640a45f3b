package dev.sessioncache.lanes;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sessioncache.capture.CaptureStop;
import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.mapping.Lanes;
import dev.sessioncache.topic.LaneAdmin;
import dev.sessioncache.topic.LaneSettings;
import dev.sessioncache.topic.Topics;
import io.lettuce.core.cluster.api.sync.RedisClusterCommands;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;

/**
 * Gives the installation another number of lanes, while nothing of it runs. A user's lane follows
 * from their number, so nothing that stands in a lane can be kept: it goes, and a new baseline
 * fills the lanes anew. The slot goes first, so whatever is left of a change that was broken off,
 * no capture can go on as if nothing had been; a second run then does all of it. Used by one
 * thread.
 */
final class LaneChange {

  private final CaptureStop capture;
  private final Admin admin;
  private final LaneAdmin kafka;
  private final LaneSettings lanes;
  private final RedisClusterCommands<byte[], byte[]> redis;
  private final GuardSettings guard;
  private final Consumer<String> told;

  /**
   * @param capture held until the change is made
   * @param lanes their number does not matter
   * @param told is given a line for each step that is done
   */
  LaneChange(
      CaptureStop capture,
      Admin admin,
      LaneSettings lanes,
      RedisClusterCommands<byte[], byte[]> redis,
      GuardSettings guard,
      Consumer<String> told) {
    this.capture = capture;
    this.admin = admin;
    this.kafka = new LaneAdmin(admin, lanes);
    this.lanes = lanes;
    this.redis = redis;
    this.guard = guard;
    this.told = told;
  }

  /** Refuses to change what is in use. */
  void requireStopped() throws InterruptedException {
    kafka.requireStopped();
  }

  /** Makes the change; when it fails or is killed, it is to be run again. */
  void to(int count) throws InterruptedException {
    told.accept(
        capture.dropSlot()
            ? "slot dropped: the next capture begins a new baseline"
            : "no slot is there: the next capture begins a new baseline");
    forgetWatermarks();
    told.accept("watermarks and priorities of the lanes deleted from Redis");
    for (String group : kafka.groups()) {
      kafka.deleteGroup(group);
      told.accept("group " + group + " deleted");
    }
    Set<String> old = kafka.topicsInLanes();
    kafka.deleteTopics(old);
    old.forEach(topic -> told.accept("topic " + topic + " deleted"));
    new Topics(admin, lanes.withCount(count)).ensure();
    told.accept("topics created with " + count + " lanes");
  }

  /** Nothing vouches for what Redis holds until the lanes have caught up anew. */
  private void forgetWatermarks() {
    for (int lane = 0; lane < Lanes.MOST; lane++) {
      redis.del(
          Stream.of(guard.watermarkKey(lane), guard.priorityKey(lane))
              .map(key -> key.getBytes(UTF_8))
              .toArray(byte[][]::new));
    }
  }
}
