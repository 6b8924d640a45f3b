package dev.sessioncache.demo.check;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sessioncache.demo.data.Cache;
import java.util.Comparator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Compares one session with its value. Pure. */
final class Verdict {

  /** What Redis and Postgres may differ in their clocks, and what rounding adds. */
  static final long TTL_TOLERANCE_MILLIS = 2_000;

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

  /** Zero for equal numbers, however they are written; never asked for an order. */
  private static final Comparator<JsonNode> NUMBERS_BY_VALUE =
      (a, b) ->
          a.isNumber() && b.isNumber()
              ? a.decimalValue().compareTo(b.decimalValue())
              : a.equals(b) ? 0 : 1;

  private Verdict() {}

  /**
   * What is wrong, if anything.
   *
   * @param expected null when no session has the token
   */
  static Optional<Offence> of(@Nullable ExpectedSession expected, CachedValue cached) {
    String value = cached.value();
    if (value == null) {
      return expected != null && expected.required()
          ? Optional.of(Offence.MISSING)
          : Optional.empty();
    }
    if (expected == null || expected.dead()) {
      return Optional.of(Offence.DEAD);
    }
    if (!isEqual(expected.document(), value)) {
      return Optional.of(Offence.DIFFERENT);
    }
    return isRightTtl(expected, cached.ttlMillis())
        ? Optional.empty()
        : Optional.of(Offence.WRONG_TTL);
  }

  private static boolean isEqual(String document, String value) {
    try {
      return JSON.readTree(document).equals(NUMBERS_BY_VALUE, JSON.readTree(value));
    } catch (JsonProcessingException e) {
      return false;
    }
  }

  /** The cached value was read after {@code expected}, so that its TTL has to be the smaller. */
  private static boolean isRightTtl(ExpectedSession expected, long ttlMillis) {
    return ttlMillis > 0
        && ttlMillis <= Cache.LEASE.toMillis()
        && ttlMillis <= expected.millisLeft() + TTL_TOLERANCE_MILLIS;
  }
}
