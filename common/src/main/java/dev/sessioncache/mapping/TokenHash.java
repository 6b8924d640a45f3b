package dev.sessioncache.mapping;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * What stands for a token in topics, in Redis and everywhere else outside of Postgres: the token
 * itself, or its <a href="https://www.rfc-editor.org/rfc/rfc2104">HMAC</a>-SHA256 under a secret
 * key, in <a href="https://www.rfc-editor.org/rfc/rfc4648#section-5">base64url</a> without padding,
 * 43 characters. The same on every way, and for every program with the same key. Thread-safe.
 */
public final class TokenHash {

  /** Tokens as they are. */
  public static final TokenHash NONE = new TokenHash(null);

  private static final String NO_HASH = "none";
  private static final String ALGORITHM = "HmacSHA256";
  private static final Base64.Encoder TEXT = Base64.getUrlEncoder().withoutPadding();

  private static final String FINGERPRINT_OF =
      "session-cache-warmer: fingerprint of token.hash.key";
  private static final int FINGERPRINT_BYTES = 6;

  /** Is only ever cloned, since a Mac is used by one thread. */
  private final @Nullable Mac prototype;

  private TokenHash(@Nullable Mac prototype) {
    this.prototype = prototype;
  }

  static TokenHash of(Optional<TokenKey> key) {
    return key.map(TokenKey::hash).orElse(NONE);
  }

  /** With that key. */
  public static TokenHash hmacSha256(TokenKey key) {
    return key.hash();
  }

  static TokenHash under(byte[] key) {
    return new TokenHash(mac(key));
  }

  private static Mac mac(byte[] key) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key, ALGORITHM));
      mac.update(
          new byte[0]); // the key's block is hashed with the first input: once, not each time
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java has no " + ALGORITHM, e);
    }
  }

  /** Whether tokens are hashed. */
  public boolean isHash() {
    return prototype != null;
  }

  /**
   * What stands for a token. One that can be no part of a key, see {@link KeyTemplate}, gets an
   * empty text, which can't either.
   */
  public String of(String token) {
    Mac ours = prototype;
    if (ours == null) {
      return token;
    }
    return KeyTemplate.isUsable(token) ? TEXT.encodeToString(hmac(ours, token)) : "";
  }

  /**
   * Says which hash this is, without helping anybody to make or to undo it: "none", or the first
   * bytes of the HMAC of a constant.
   */
  public String fingerprint() {
    Mac ours = prototype;
    return ours == null
        ? NO_HASH
        : TEXT.encodeToString(Arrays.copyOf(hmac(ours, FINGERPRINT_OF), FINGERPRINT_BYTES));
  }

  private static byte[] hmac(Mac prototype, String text) {
    try {
      return ((Mac) prototype.clone()).doFinal(text.getBytes(UTF_8));
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("the HmacSHA256 of this Java can't be cloned", e);
    }
  }

  /** The fingerprint. */
  @Override
  public String toString() {
    return fingerprint();
  }
}
