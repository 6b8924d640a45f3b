package dev.sessioncache.guard;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.mapping.TokenHash;
import dev.sessioncache.mapping.TokenKey;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class WatermarkTest {

  @Test
  void shouldReadWhatTheStreamLeaves() {
    assertThat(parse("{\"at\":\"x\",\"at_ms\":1790000000000,\"lanes\":4,\"bound_ms\":30000}"))
        .isEqualTo(new Watermark(1_790_000_000_000L, 4, 30_000, "none"));
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", "no JSON", "[]", "{\"at_ms\":\"soon\",\"lanes\":null}"})
  void shouldTakeWhatItCanNotReadForNone(String value) {
    assertThat(parse(value)).isEqualTo(new Watermark(0, 0, 0, ""));
  }

  @Test
  void shouldTellWhetherItsKeysAreMadeByAnotherHash() {
    TokenHash ours = TokenHash.hmacSha256(TokenKey.parse("ab".repeat(32)));
    TokenHash other = TokenHash.hmacSha256(TokenKey.parse("cd".repeat(32)));
    Watermark mark = parse("{\"at_ms\":1,\"token_hash\":\"%s\"}".formatted(ours.fingerprint()));

    assertThat(mark.isOfOther(ours)).isFalse();
    assertThat(mark.isOfOther(other)).isTrue();
    assertThat(mark.isOfOther(TokenHash.NONE)).isTrue();
    assertThat(parse("{\"at_ms\":1}").isOfOther(TokenHash.NONE)).isFalse();
    assertThat(parse("{\"at_ms\":1}").isOfOther(ours)).isTrue();
    assertThat(new Watermark(0, 0, 0, "").isOfOther(ours)).isFalse();
  }

  @Test
  void shouldNotBelieveInMoreLanesThanThereCanBe() {
    assertThat(parse("{\"lanes\":2000000000}").lanes()).isEqualTo(1024);
    assertThat(parse("{\"lanes\":-1}").lanes()).isZero();
  }

  private static Watermark parse(String value) {
    return Watermark.parse(value == null ? null : value.getBytes(UTF_8));
  }
}
