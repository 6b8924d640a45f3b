package dev.sessioncache.mapping;

import java.util.Optional;

/**
 * The Redis key of a session: a fixed text around one column, such as {@code session:{token}}.
 *
 * <p>A column value that could change where the key hashes to in a Redis Cluster, or that no
 * well-made token holds, gives no key: that session is not cached.
 */
public record KeyTemplate(String prefix, String column, String suffix) {

  static final int MAX_VALUE_CHARACTERS = 512;

  /** Reads a template with exactly one {@code {column}}. */
  public static KeyTemplate parse(String text) {
    int open = text.indexOf('{');
    int close = text.indexOf('}', open);
    boolean one =
        open >= 0
            && close > open + 1
            && text.indexOf('}') == close
            && text.indexOf('{', open + 1) < 0
            && text.indexOf('}', close + 1) < 0;
    if (!one || text.chars().anyMatch(c -> c <= ' ')) {
      throw new IllegalArgumentException(
          "is not a key template: write one column in braces, as in session:{token}");
    }
    return new KeyTemplate(
        text.substring(0, open), text.substring(open + 1, close), text.substring(close + 1));
  }

  /**
   * The key for a column value, or for what stands for it, or empty when the value can't be part of
   * a key.
   */
  public Optional<String> key(String value) {
    return isUsable(value) ? Optional.of(prefix + value + suffix) : Optional.empty();
  }

  /** Whether a value can be part of a key. */
  static boolean isUsable(String value) {
    int length = value.length();
    if (length == 0 || length > MAX_VALUE_CHARACTERS) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      char c = value.charAt(i);
      if (Character.isHighSurrogate(c)
          && i + 1 < length
          && Character.isLowSurrogate(value.charAt(i + 1))) {
        i++;
      } else if (!isPlain(c)) {
        return false;
      }
    }
    return true;
  }

  /**
   * The column value in a key.
   *
   * @param key for which {@link #isKey} holds
   */
  public String value(String key) {
    return key.substring(prefix.length(), key.length() - suffix.length());
  }

  /** Whether a text is a key that this template makes. */
  public boolean isKey(String text) {
    return text.length() >= prefix.length() + suffix.length()
        && text.startsWith(prefix)
        && text.endsWith(suffix)
        && key(text.substring(prefix.length(), text.length() - suffix.length())).isPresent();
  }

  /** Half of a surrogate pair has no UTF-8 of its own. */
  private static boolean isPlain(char c) {
    return c > ' ' && c != 0x7f && c != '{' && c != '}' && !Character.isSurrogate(c);
  }

  @Override
  public String toString() {
    return prefix + '{' + column + '}' + suffix;
  }
}
