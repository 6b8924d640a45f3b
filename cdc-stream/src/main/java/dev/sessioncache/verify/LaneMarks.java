package dev.sessioncache.verify;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.json.FlatJson;
import io.lettuce.core.KeyValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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

  private static final int MOST_LANES = 1024;
  private static final List<String> STAGES = List.of("capture", "project", "apply");

  /**
   * Reads them.
   *
   * @param lanes by our own settings; those of the stream win
   */
  static LaneMarks read(RedisSide redis, GuardSettings settings, int lanes) {
    List<Map<String, String>> found = read(redis, marks(settings, lanes));
    int named =
        found.stream()
            .mapToInt(mark -> (int) Math.min(MOST_LANES, number(mark, "/lanes")))
            .max()
            .orElse(0);
    if (named > 0 && named != lanes) {
      found = read(redis, marks(settings, named));
    }
    List<Long> atMillis = found.stream().map(mark -> number(mark, "/at_ms")).toList();
    boolean streamed =
        atMillis.stream().anyMatch(at -> at > 0)
            || read(redis, STAGES.stream().map(settings::statusKey)).stream()
                .anyMatch(status -> !status.isEmpty());
    return new LaneMarks(atMillis, streamed);
  }

  private static Stream<String> marks(GuardSettings settings, int lanes) {
    return IntStream.range(0, lanes).mapToObj(settings::watermarkKey);
  }

  private static List<Map<String, String>> read(RedisSide redis, Stream<String> keys) {
    byte[][] names = keys.map(key -> key.getBytes(UTF_8)).toArray(byte[][]::new);
    List<Map<String, String>> found = new ArrayList<>();
    for (KeyValue<byte[], byte[]> value : redis.ask(commands -> commands.mget(names))) {
      found.add(value.hasValue() ? FlatJson.read(value.getValue()) : Map.of());
    }
    return found;
  }

  private static long number(Map<String, String> fields, String name) {
    try {
      return Long.parseLong(fields.getOrDefault(name, "0"));
    } catch (NumberFormatException e) {
      return 0;
    }
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
