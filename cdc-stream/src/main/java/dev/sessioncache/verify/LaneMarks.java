package dev.sessioncache.verify;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.guard.Watermark;
import io.lettuce.core.KeyValue;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * How far the lanes have come, as their watermarks in Redis say: everything committed before a
 * lane's has been applied. Their format: docs/redis-keys.md.
 *
 * @param atMillis by lane, by the clock of Postgres; 0 for one without a watermark
 * @param streamed whether a stream keeps this Redis current, or has: else nothing is on its way but
 *     what a warm writes
 */
record LaneMarks(List<Long> atMillis, boolean streamed) {

  private static final List<String> STAGES = List.of("capture", "project", "apply");

  /**
   * Reads them.
   *
   * @param lanes by our own settings; those of the stream win
   */
  static LaneMarks read(RedisSide redis, GuardSettings settings, int lanes) {
    List<Watermark> found = marks(redis, settings, lanes);
    int named = found.stream().mapToInt(Watermark::lanes).max().orElse(0);
    if (named > 0 && named != lanes) {
      found = marks(redis, settings, named);
    }
    List<Long> atMillis = found.stream().map(Watermark::atMillis).toList();
    boolean streamed =
        atMillis.stream().anyMatch(at -> at > 0)
            || read(redis, STAGES.stream().map(settings::statusKey)).stream()
                .anyMatch(KeyValue::hasValue);
    return new LaneMarks(atMillis, streamed);
  }

  private static List<Watermark> marks(RedisSide redis, GuardSettings settings, int lanes) {
    return read(redis, IntStream.range(0, lanes).mapToObj(settings::watermarkKey)).stream()
        .map(found -> Watermark.parse(found.getValueOrElse(null)))
        .toList();
  }

  private static List<KeyValue<byte[], byte[]>> read(RedisSide redis, Stream<String> keys) {
    byte[][] names = keys.map(key -> key.getBytes(UTF_8)).toArray(byte[][]::new);
    return redis.ask(commands -> commands.mget(names));
  }

  int lanes() {
    return atMillis.size();
  }

  /**
   * Whether all that was committed up to that moment has been applied.
   *
   * @param lane {@link Expected#NO_LANE} for all of them
   */
  boolean havePassed(int lane, long millis) {
    return standingStill(lane, millis).isEmpty();
  }

  /** Which of these lanes have not passed that moment. */
  SortedSet<Integer> standingStill(int lane, long millis) {
    SortedSet<Integer> still = new TreeSet<>();
    for (int i = 0; i < atMillis.size(); i++) {
      if ((lane == i || lane == Expected.NO_LANE) && atMillis.get(i) <= millis) {
        still.add(i);
      }
    }
    return still;
  }
}
