package dev.sessioncache.warm;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.guard.Watermark;
import io.lettuce.core.cluster.api.sync.RedisClusterCommands;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/**
 * Whether the stream keeps this Redis current, by the watermarks that it leaves there. Their
 * format: docs/redis-keys.md.
 *
 * @param isLive whether every lane is within the bound that the stream names
 * @param lagMillis of the lane that is farthest behind; {@link Long#MAX_VALUE} when it is not known
 * @param words why
 */
public record StreamState(boolean isLive, long lagMillis, String words) {

  /**
   * Reads the watermarks.
   *
   * @param now by the clock of Postgres, whose times they are
   */
  public static StreamState read(
      RedisClusterCommands<byte[], byte[]> redis, GuardSettings settings, Instant now) {
    List<Watermark> lanes = lanes(redis, settings);
    if (lanes.isEmpty()) {
      return new StreamState(false, Long.MAX_VALUE, "no stream keeps this Redis current");
    }
    long oldest = lanes.stream().mapToLong(Watermark::atMillis).min().orElse(0);
    if (oldest == 0) {
      return new StreamState(false, Long.MAX_VALUE, "a lane of the stream has not caught up yet");
    }
    long lag = Math.max(0, now.toEpochMilli() - oldest);
    return lag <= lanes.get(0).boundMillis()
        ? new StreamState(
            true,
            lag,
            "the stream is live, %d lanes, at most %s behind".formatted(lanes.size(), s(lag)))
        : new StreamState(false, lag, "the stream is " + s(lag) + " behind");
  }

  /** The lanes' watermarks, ms since 1970, empty for a lane without one; none without a stream. */
  static List<OptionalLong> watermarks(
      RedisClusterCommands<byte[], byte[]> redis, GuardSettings settings) {
    return lanes(redis, settings).stream()
        .map(Watermark::atMillis)
        .map(at -> at == 0 ? OptionalLong.empty() : OptionalLong.of(at))
        .toList();
  }

  /** The watermark of the first lane says how many there are. */
  private static List<Watermark> lanes(
      RedisClusterCommands<byte[], byte[]> redis, GuardSettings settings) {
    int count = lanes(redis, settings, 1).get(0).lanes();
    return count == 0 ? List.of() : lanes(redis, settings, count);
  }

  private static List<Watermark> lanes(
      RedisClusterCommands<byte[], byte[]> redis, GuardSettings settings, int count) {
    byte[][] keys =
        IntStream.range(0, count)
            .mapToObj(lane -> settings.watermarkKey(lane).getBytes(UTF_8))
            .toArray(byte[][]::new);
    return redis.mget(keys).stream()
        .map(found -> Watermark.parse(found.getValueOrElse(null)))
        .toList();
  }

  private static String s(long millis) {
    return String.format(Locale.ROOT, "%.1f s", millis / 1e3);
  }
}
