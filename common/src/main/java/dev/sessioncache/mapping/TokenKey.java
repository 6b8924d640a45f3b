package dev.sessioncache.mapping;

import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** The secret key under which tokens are hashed. Immutable; its text never shows it. */
public final class TokenKey {

  static final int LEAST_BYTES = 32;

  private static final Pattern HEX = Pattern.compile("[0-9a-fA-F]+");

  /** Without a cause: that of the decoder tells a character of the key. */
  private static final String RULE =
      "must be at least 32 random bytes in hex or base64, as openssl rand -hex 32 prints them";

  private final byte[] bytes;
  private final TokenHash hash;

  private TokenKey(byte[] bytes) {
    this.bytes = bytes;
    this.hash = TokenHash.under(bytes);
  }

  /**
   * Reads hexadecimal digits, or else base64 of either alphabet, padded or not. What consists of
   * hexadecimal digits alone is never taken for base64.
   *
   * @throws IllegalArgumentException with one line that holds nothing of the text
   */
  public static TokenKey parse(String text) {
    byte[] bytes;
    try {
      bytes =
          HEX.matcher(text).matches()
              ? HexFormat.of().parseHex(text)
              : Base64.getUrlDecoder().decode(text.replace('+', '-').replace('/', '_'));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(RULE);
    }
    if (bytes.length < LEAST_BYTES) {
      throw new IllegalArgumentException(RULE);
    }
    return new TokenKey(bytes);
  }

  byte[] bytes() {
    return bytes.clone();
  }

  /** The hash under this key. */
  TokenHash hash() {
    return hash;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TokenKey key && MessageDigest.isEqual(bytes, key.bytes);
  }

  /** The same for all keys: a hash that tells them apart would tell of the key. */
  @Override
  public int hashCode() {
    return TokenKey.class.hashCode();
  }

  @Override
  public String toString() {
    return "***";
  }
}
