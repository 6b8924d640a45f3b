package dev.sessioncache.dashboard;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How each lane is: by its watermark in Redis, or else by the process that has it. Remembers since
 * when a lane is behind. Used by one thread.
 */
final class LaneSurvey {

  private final int count;
  private final long boundMillis;
  private final Map<Integer, Long> behindSince = new HashMap<>();

  LaneSurvey(int count, long boundMillis) {
    this.count = count;
    this.boundMillis = boundMillis;
  }

  List<Lane> lanes(
      RedisRecords redis, List<InstanceRecord> instances, boolean redisAnswers, long nowMillis) {
    Map<Integer, String> owners = new HashMap<>();
    Map<Integer, Long> told = new HashMap<>();
    for (InstanceRecord instance : instances) {
      instance
          .lags()
          .forEach(
              (lane, lag) -> {
                if (told.getOrDefault(lane, Long.MAX_VALUE) > lag) {
                  told.put(lane, lag);
                  owners.put(lane, instance.name());
                }
              });
    }
    HeldUp heldUp = new HeldUp(instances);
    List<Lane> lanes = new ArrayList<>();
    for (int lane = 0; lane < count; lane++) {
      Long lag = redisAnswers ? lag(redis, lane, nowMillis) : told.get(lane);
      boolean behind = lag == null ? redisAnswers : lag > boundMillis;
      lanes.add(
          new Lane(
              lane,
              lag,
              behind,
              since(lane, behind, lag, nowMillis),
              behind ? heldUp.by(lane, lag) : null,
              redisAnswers ? redis.cached().get(lane) : null,
              owners.get(lane)));
    }
    return lanes;
  }

  /** A lane that catches up is behind since the same moment until it has done so. */
  private @Nullable Long since(int lane, boolean behind, @Nullable Long lag, long nowMillis) {
    if (lag != null && behind) {
      behindSince.putIfAbsent(lane, nowMillis - lag + boundMillis);
    } else if (lag != null) {
      behindSince.remove(lane);
    }
    return behind ? behindSince.get(lane) : null;
  }

  /** What readers judge by. */
  private static @Nullable Long lag(RedisRecords redis, int lane, long nowMillis) {
    var mark = redis.watermarks().get(lane);
    return mark == null ? null : (Long) Math.max(0, nowMillis - mark.atMillis());
  }
}
