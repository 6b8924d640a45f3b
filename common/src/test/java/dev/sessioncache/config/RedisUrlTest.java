package dev.sessioncache.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RedisUrlTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "redis://localhost",
        "redis://:p%40w@h:6380/2",
        "rediss://user:pw@[::1]:6379",
        "redis://h/0?timeout=2s&clientName=warmer",
        "rediss://user:pw@h1:7000,h2:7001,h3/0"
      })
  void shouldKeepTheTextWhenItIsValid(String text) {
    assertThat(RedisUrl.parse(text).value()).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "localhost:6379",
        "http://u:hidden@h",
        "redis://u:hidden",
        "redis://u:hidden^@h",
        "redis://u:hidden@h:6379/zero",
        "redis://u:hidden@h:99999",
        "redis://u:hidden@",
        "redis://u:hidden@my_redis:6379",
        "redis://h?password=hidden",
        "redis://u:hidden@h1:7000,h2:99999",
        "redis://u:hidden@h1:7000,,h3",
        "redis://u:hidden@h1:7000,h_2",
        "rediss://u:hidden@h?verifyPeer=false"
      })
  void shouldRefuseWithoutEchoingThePasswordWhenMalformed(String text) {
    assertThatThrownBy(() -> RedisUrl.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasNoCause()
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("hidden").doesNotContain("\n"));
  }

  @Test
  void shouldNameEachServerOfACluster() {
    assertThat(RedisUrl.parse("redis://u:p,w@h1:1,h2:2/0?timeout=2s").servers())
        .containsExactly("redis://u:p,w@h1:1/0?timeout=2s", "redis://u:p,w@h2:2/0?timeout=2s");
    assertThat(RedisUrl.parse("redis://u:p,w@h1:1").servers())
        .containsExactly("redis://u:p,w@h1:1");
  }

  @Test
  void shouldSayThatSentinelIsNotSupportedWhenAsked() {
    assertThatThrownBy(() -> RedisUrl.parse("redis-sentinel://:pw@h1,h2/0#main"))
        .hasMessageContaining("Sentinel is not supported");
  }

  @ParameterizedTest
  @ValueSource(strings = {"redis://:hidden@h:1/0", "redis://u:hidden@h", "redis://hidden@h"})
  void shouldMaskThePasswordWhenPrinted(String text) {
    assertThat(RedisUrl.parse(text).toString()).contains("***@h").doesNotContain("hidden");
  }

  @Test
  void shouldTellItsAddressWithoutAPassword() {
    assertThat(RedisUrl.parse("redis://:hidden@h/2").address()).isEqualTo("h:6379");
    assertThat(RedisUrl.parse("rediss://u:hidden@[::1]:7000,h2").address())
        .isEqualTo("[::1]:7000,h2:6379");
  }
}
