package dev.sessioncache.warm;

import java.util.OptionalLong;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the sessions of a warm may take in Redis: bytes, or a share of its {@code maxmemory}.
 *
 * @param amount bytes, or percent
 * @param ofMaxmemory whether the amount is in percent
 */
record MemoryBudget(long amount, boolean ofMaxmemory) {

  private static final Pattern TEXT = Pattern.compile("([1-9][0-9]{0,11})(kb|mb|gb|%)?");
  private static final int WHOLE = 100;

  /** Reads {@code 512mb}, {@code 2gb}, a number of bytes, or {@code 80%}. */
  public static MemoryBudget parse(String text) {
    Matcher match = TEXT.matcher(text);
    if (match.matches()) {
      long number = Long.parseLong(match.group(1));
      String unit = match.group(2) == null ? "" : match.group(2);
      if (unit.equals("%") && number <= WHOLE) {
        return new MemoryBudget(number, true);
      }
      if (!unit.equals("%") && number <= Long.MAX_VALUE / bytes(unit)) {
        return new MemoryBudget(number * bytes(unit), false);
      }
    }
    throw new IllegalArgumentException(
        "is neither bytes, such as 512mb or 2gb, nor a share of maxmemory, such as 80%");
  }

  /** As in redis.conf: {@code 1mb} is 1024 * 1024 bytes. */
  private static long bytes(String unit) {
    return switch (unit) {
      case "kb" -> 1L << 10;
      case "mb" -> 1L << 20;
      case "gb" -> 1L << 30;
      default -> 1;
    };
  }

  /**
   * Bytes; empty when there is no limit.
   *
   * @param maxmemory of Redis, asked for a share only; 0 when it has none
   */
  OptionalLong bytes(LongSupplier maxmemory) {
    if (!ofMaxmemory) {
      return OptionalLong.of(amount);
    }
    long whole = maxmemory.getAsLong();
    return whole == 0 ? OptionalLong.empty() : OptionalLong.of(whole / WHOLE * amount);
  }

  @Override
  public String toString() {
    return amount + (ofMaxmemory ? "%" : "");
  }
}
