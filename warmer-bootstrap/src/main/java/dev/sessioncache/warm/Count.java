package dev.sessioncache.warm;

import java.util.OptionalInt;

/**
 * How many sessions a warm is to take.
 *
 * @param number empty for as many as the target needs
 */
record Count(OptionalInt number) {

  private static final String AUTO = "auto";

  /** Reads a number or the word {@code auto}. */
  public static Count parse(String text) {
    if (text.equals(AUTO)) {
      return new Count(OptionalInt.empty());
    }
    try {
      int number = Integer.parseInt(text);
      if (number > 0) {
        return new Count(OptionalInt.of(number));
      }
    } catch (NumberFormatException e) {
      // falls through to the refusal
    }
    throw new IllegalArgumentException("is neither a whole number of at least 1 nor auto");
  }

  @Override
  public String toString() {
    return number.isPresent() ? Integer.toString(number.getAsInt()) : AUTO;
  }
}
