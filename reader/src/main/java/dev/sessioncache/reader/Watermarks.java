package dev.sessioncache.reader;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.guard.Watermark;
import dev.sessioncache.mapping.Lanes;
import dev.sessioncache.mapping.TokenHash;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * How far the lanes have come: all that was committed before a lane's watermark has been applied to
 * Redis. Immutable. The format of the keys: docs/redis-keys.md.
 */
final class Watermarks {

  /** How many lanes are looked for while none has said how many there are. */
  private static final int LOOKED_FOR = 64;

  /** Those of a Redis that no stream keeps current: nothing is proven. */
  static final Watermarks NONE = none(LOOKED_FOR, false);

  /**
   * Which lane has to prove a session.
   *
   * @param number {@link #ALL} for one whose user is not known: then all of them have to
   * @param count of the lanes when it was found
   */
  record Lane(int number, int count) {
    static final int ALL = -1;
  }

  private final long[] atMillis;
  private final long[] boundMillis;
  private final Lanes lanes;
  private final boolean ofOther;

  private Watermarks(long[] atMillis, long[] boundMillis, boolean ofOther) {
    this.atMillis = atMillis;
    this.boundMillis = boundMillis;
    this.lanes = new Lanes(atMillis.length);
    this.ofOther = ofOther;
  }

  /**
   * Of the values of {@link #keys}.
   *
   * @param values null for a lane without a watermark
   * @param tokens the hash by which we make keys: a stream that has another one proves nothing
   */
  static Watermarks of(List<byte @Nullable []> values, TokenHash tokens) {
    List<Watermark> marks = values.stream().map(Watermark::parse).toList();
    int count = marks.stream().mapToInt(Watermark::lanes).max().orElse(0);
    if (count == 0) {
      return NONE;
    }
    if (marks.stream().anyMatch(mark -> mark.isOfOther(tokens))) {
      return none(count, true);
    }
    // Those of lanes that were not read prove nothing: their keys are read next time.
    return new Watermarks(
        Arrays.copyOf(marks.stream().mapToLong(Watermark::atMillis).toArray(), count),
        Arrays.copyOf(marks.stream().mapToLong(Watermark::boundMillis).toArray(), count),
        false);
  }

  /** As many lanes, of which nothing is proven. */
  Watermarks forgotten() {
    return none(count(), ofOther);
  }

  private static Watermarks none(int count, boolean ofOther) {
    return new Watermarks(new long[count], new long[count], ofOther);
  }

  /** Whether the stream makes its keys by another hash than we do. */
  boolean areOfOther() {
    return ofOther;
  }

  /** Whether a lane has one. */
  boolean areKnown() {
    return Arrays.stream(atMillis).anyMatch(at -> at > 0);
  }

  /** The keys to read next time. */
  byte[][] keys(GuardSettings settings) {
    return IntStream.range(0, count())
        .mapToObj(lane -> settings.watermarkKey(lane).getBytes(UTF_8))
        .toArray(byte[][]::new);
  }

  /**
   * Whether what Redis holds of a lane is as current as the bound demands. A mark that is far ahead
   * of the time proves nothing: one of the two clocks is wrong.
   *
   * @param nowMillis by the clock of Postgres, as watermarks are
   */
  boolean prove(Lane lane, long nowMillis) {
    if (lane.count != count()) {
      return false; // the lanes are others by now
    }
    if (lane.number != Lane.ALL) {
      return proves(lane.number, nowMillis);
    }
    for (int each = 0; each < count(); each++) {
      if (!proves(each, nowMillis)) {
        return false;
      }
    }
    return true;
  }

  private boolean proves(int lane, long nowMillis) {
    return Math.abs(nowMillis - atMillis[lane]) < boundMillis[lane];
  }

  /** The watermark of a lane that is proven, ms since 1970. */
  long atMillis(Lane lane) {
    return lane.number == Lane.ALL
        ? Arrays.stream(atMillis).min().orElse(0)
        : atMillis[lane.number];
  }

  /** The lane of a user. */
  Lane laneOf(@Nullable String userId) {
    return new Lane(userId == null ? Lane.ALL : lanes.of(userId), count());
  }

  int count() {
    return atMillis.length;
  }
}
