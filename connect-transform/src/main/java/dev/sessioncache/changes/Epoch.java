package dev.sessioncache.changes;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Comparator;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * What log positions are relative to: the Postgres timeline, then the number of the baseline. The
 * higher epoch wins.
 *
 * @param timeline unsigned
 * @param baseline unsigned; at least the second of its beginning since 1970, so that it rises even
 *     when nothing is known of the one before
 */
public record Epoch(int timeline, int baseline) implements Comparable<Epoch> {

  /** Before any baseline was announced, as with a capture that announces none. */
  public static final Epoch NONE = new Epoch(0, 0);

  private static final Comparator<Epoch> ORDER =
      Comparator.<Epoch, Integer>comparing(Epoch::timeline, Integer::compareUnsigned)
          .thenComparing(Epoch::baseline, Integer::compareUnsigned);

  static Epoch parse(String text) {
    int colon = text.indexOf(':');
    return new Epoch(
        Integer.parseUnsignedInt(text.substring(0, colon)),
        Integer.parseUnsignedInt(text.substring(colon + 1)));
  }

  /** The record headers that name it. */
  public Headers headers() {
    return new RecordHeaders().add(ChangeFormat.EPOCH_HEADER, toString().getBytes(UTF_8));
  }

  @Override
  public int compareTo(Epoch other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return Integer.toUnsignedString(timeline) + ":" + Integer.toUnsignedString(baseline);
  }
}
