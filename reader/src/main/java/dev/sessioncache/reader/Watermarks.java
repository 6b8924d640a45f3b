package dev.sessioncache.reader;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.json.FlatJson;
import dev.sessioncache.mapping.Lanes;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * How far the lanes have come: all that was committed before a lane's watermark has been applied to
 * Redis. Immutable. The format of the keys: docs/redis-keys.md.
 */
final class Watermarks {

  /** For a session whose lane is not known: all lanes have to prove it. */
  static final int ANY_LANE = -1;

  /** Those of a Redis that no stream keeps current: nothing is proven. */
  static final Watermarks NONE = new Watermarks(new long[1], 0);

  private static final int MOST_LANES = 1024;

  private final long[] atMillis;
  private final long boundMillis;
  private final long oldestMillis;
  private final Lanes lanes;

  private Watermarks(long[] atMillis, long boundMillis) {
    this.atMillis = atMillis;
    this.boundMillis = boundMillis;
    this.oldestMillis = Arrays.stream(atMillis).min().orElse(0);
    this.lanes = new Lanes(atMillis.length);
  }

  /**
   * Of the values of {@link #keys}.
   *
   * @param values null for a lane without a watermark
   */
  static Watermarks of(List<byte @Nullable []> values) {
    long[] atMillis = new long[values.size()];
    long count = 0;
    long bound = 0;
    for (int lane = 0; lane < atMillis.length; lane++) {
      byte[] value = values.get(lane);
      Map<String, String> mark = value == null ? Map.of() : FlatJson.read(value);
      atMillis[lane] = number(mark, "/at_ms");
      count = Math.max(count, number(mark, "/lanes"));
      bound = Math.max(bound, number(mark, "/bound_ms"));
    }
    // Those of lanes that were not read count as never: their keys are read next time.
    return count == 0
        ? NONE
        : new Watermarks(Arrays.copyOf(atMillis, (int) Math.min(MOST_LANES, count)), bound);
  }

  private static long number(Map<String, String> fields, String name) {
    try {
      return Long.parseLong(fields.getOrDefault(name, "0"));
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  /** The keys to read next time. */
  byte[][] keys(GuardSettings settings) {
    return IntStream.range(0, lanes())
        .mapToObj(lane -> settings.watermarkKey(lane).getBytes(UTF_8))
        .toArray(byte[][]::new);
  }

  /**
   * Whether what Redis holds of a lane is as current as the bound demands.
   *
   * @param nowMillis by the clock of Postgres, as watermarks are
   */
  boolean prove(int lane, long nowMillis) {
    return atMillis(lane) > nowMillis - boundMillis;
  }

  /** The watermark of a lane, ms since 1970; 0 for none. */
  long atMillis(int lane) {
    return lane == ANY_LANE ? oldestMillis : atMillis[lane];
  }

  /** The lane of a user. */
  int laneOf(@Nullable String userId) {
    return userId == null ? ANY_LANE : lanes.of(userId);
  }

  int lanes() {
    return atMillis.length;
  }
}
