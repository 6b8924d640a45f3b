package dev.sessioncache.guard;

import dev.sessioncache.json.FlatJson;
import dev.sessioncache.mapping.Lanes;
import dev.sessioncache.mapping.TokenHash;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The watermark of a lane as it stands in Redis: all that was committed before it has been applied.
 * Its format: docs/redis-keys.md.
 *
 * @param atMillis since 1970, by the clock of Postgres; 0 for a lane without one
 * @param lanes how many there are; 0 when that is not known
 * @param boundMillis the staleness bound of the stream
 * @param tokenHash fingerprint of the {@link TokenHash} of its keys; empty without a watermark
 */
public record Watermark(long atMillis, int lanes, long boundMillis, String tokenHash) {

  /** Whether its keys are made by another hash: one who has that one finds nothing. */
  public boolean isOfOther(TokenHash tokens) {
    return !tokenHash.isEmpty() && !tokenHash.equals(tokens.fingerprint());
  }

  /**
   * Reads the value of {@link GuardSettings#watermarkKey}.
   *
   * @param value null for none; what is in another format counts as none
   */
  public static Watermark parse(byte @Nullable [] value) {
    Map<String, String> fields = value == null ? Map.of() : FlatJson.read(value);
    long atMillis = number(fields, "/at_ms");
    return new Watermark(
        atMillis,
        (int) Math.max(0, Math.min(number(fields, "/lanes"), Lanes.MOST)),
        number(fields, "/bound_ms"),
        atMillis == 0 ? "" : fields.getOrDefault("/token_hash", TokenHash.NONE.fingerprint()));
  }

  private static long number(Map<String, String> fields, String name) {
    try {
      return Long.parseLong(fields.getOrDefault(name, "0"));
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
