package dev.sessioncache.guard;

import java.util.HexFormat;

/** Numbers as upper-case hex of fixed width, so that text order is number order, in Lua as well. */
final class Hex {

  private static final HexFormat UPPER = HexFormat.of().withUpperCase();

  private Hex() {}

  static String of(int value) {
    return UPPER.toHexDigits(value);
  }

  static String of(long value) {
    return UPPER.toHexDigits(value);
  }

  static boolean isDigit(char c) {
    return c >= '0' && c <= '9' || c >= 'A' && c <= 'F';
  }

  static int toInt(String hex) {
    return HexFormat.fromHexDigits(hex);
  }

  static long toLong(String hex) {
    return HexFormat.fromHexDigitsToLong(hex);
  }
}
