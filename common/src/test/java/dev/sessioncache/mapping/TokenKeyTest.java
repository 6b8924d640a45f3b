package dev.sessioncache.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sessioncache.config.Configuration;
import dev.sessioncache.config.InvalidConfigurationException;
import dev.sessioncache.config.Sources;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenKeyTest {

  private static final String HEX = "fbff".repeat(16);

  @Test
  void shouldReadHexAndBothAlphabetsOfBase64() {
    byte[] bytes = HexFormat.of().parseHex(HEX);
    for (String text :
        List.of(
            HEX,
            HEX.toUpperCase(Locale.ROOT),
            Base64.getEncoder().encodeToString(bytes),
            Base64.getUrlEncoder().encodeToString(bytes),
            Base64.getUrlEncoder().withoutPadding().encodeToString(bytes))) {
      assertThat(TokenKey.parse(text).bytes()).as(text).isEqualTo(bytes);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "abcdef",
        "0123456789abcdef0123456789abcdef",
        "correct horse battery staple!",
        "a*"
      })
  void shouldRefuseWhatIsTooShortOrNoKeyAndTellNothingOfIt(String text) {
    assertThatThrownBy(() -> TokenKey.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasNoCause()
        .hasMessageContaining("at least 32 random bytes")
        .hasMessageNotContaining(text);
  }

  @Test
  void shouldShowTheKeyNowhere() {
    Configuration configuration =
        Configuration.load(
            new Sources(
                null,
                Map.of("WARMER_TOKEN_HASH", "hmac-sha256", "WARMER_TOKEN_HASH_KEY", HEX),
                Map.of()),
            List.of(MappingSettings.class),
            List.of());
    MappingSettings settings = configuration.get(MappingSettings.class);

    assertThat(settings.tokens().isHash()).isTrue();
    assertThat(configuration.describe()).contains("token.hash.key = ***").doesNotContain(HEX);
    assertThat(settings.toString()).doesNotContain(HEX);
    assertRefused(Map.of("token.hash.key", "0123canary0123"), "at least 32 random bytes");
  }

  @Test
  void shouldRefuseAHashWithoutAKeyAndAKeyWithoutAHash() {
    assertRefused(Map.of("token.hash", "hmac-sha256"), "WARMER_TOKEN_HASH_KEY");
    assertRefused(Map.of("token.hash.key", HEX), "token.hash is none");
  }

  @Test
  void shouldRefuseADocumentWithTheToken() {
    assertRefused(
        Map.of(
            "token.hash", "hmac-sha256",
            "token.hash.key", HEX,
            "cache.key", "s:{data}"),
        "document.session holds data");
  }

  private static void assertRefused(Map<String, String> settings, String words) {
    assertThatThrownBy(() -> Configuration.section(MappingSettings.class, settings))
        .isInstanceOf(InvalidConfigurationException.class)
        .hasMessageContaining(words)
        .hasMessageNotContaining("canary")
        .hasMessageNotContaining(HEX);
  }
}
