package dev.sessioncache.mapping;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.codec.digest.HmacAlgorithms;
import org.apache.commons.codec.digest.HmacUtils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenHashTest {

  private static final String KEY = "0b".repeat(32);
  private static final TokenHash HASH = TokenHash.hmacSha256(TokenKey.parse(KEY));

  @Test
  void shouldLeaveTokensAsTheyAreWithoutAHash() {
    assertThat(TokenHash.NONE.of("t 1")).isEqualTo("t 1");
    assertThat(TokenHash.NONE.fingerprint()).isEqualTo("none");
    assertThat(TokenHash.NONE.isHash()).isFalse();
  }

  /** Computed with openssl dgst -sha256 -mac HMAC -macopt hexkey:... and base64url. */
  @Test
  void shouldBeTheHmacThatOtherLanguagesMake() {
    assertThat(HASH.of("token-1")).isEqualTo("KElBeyrc0vEise30pL0cKTvOYYP8TLXu8HFg_9tBO9g");
  }

  @Test
  void shouldBeTheSameForAllThreadsAtOnce() {
    List<String> tokens = IntStream.range(0, 2_000).mapToObj(i -> "token-" + i).toList();
    assertThat(tokens.parallelStream().map(HASH::of).toList())
        .isEqualTo(tokens.stream().map(TokenHashTest::hmac).toList());
  }

  private static String hmac(String token) {
    byte[] hash =
        new HmacUtils(HmacAlgorithms.HMAC_SHA_256, HexFormat.of().parseHex(KEY))
            .hmac(token.getBytes(UTF_8));
    return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a{b}", "\ud800", "\n"})
  void shouldMakeNoKeyOfWhatMakesNoneWithoutAHash(String token) {
    KeyTemplate template = KeyTemplate.parse("session:{token}");
    assertThat(HASH.of(token)).isEmpty();
    assertThat(new SessionKeys(template, HASH).ofToken(token)).isEmpty();
    assertThat(new SessionKeys(template, TokenHash.NONE).ofToken(token)).isEmpty();
  }

  @Test
  void shouldTellKeysApartByTheirFingerprint() {
    TokenHash other = TokenHash.hmacSha256(TokenKey.parse("0c".repeat(32)));
    assertThat(HASH.fingerprint()).hasSize(8).isNotEqualTo(other.fingerprint());
    assertThat(HASH.fingerprint())
        .isEqualTo(TokenHash.hmacSha256(TokenKey.parse(KEY)).fingerprint());
  }
}
