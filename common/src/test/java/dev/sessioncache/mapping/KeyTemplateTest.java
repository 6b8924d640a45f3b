package dev.sessioncache.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyTemplateTest {

  private static final KeyTemplate TEMPLATE = KeyTemplate.parse("session:{token}:v1");

  @Test
  void shouldPutTheValueBetweenPrefixAndSuffix() {
    assertThat(TEMPLATE.column()).isEqualTo("token");
    assertThat(TEMPLATE.key("abc-DEF_1.2~é")).contains("session:abc-DEF_1.2~é:v1");
    assertThat(TEMPLATE).hasToString("session:{token}:v1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", " ", "a b", "a\tb", "a\nb", "a\u0000b", "a\u007fb", "a{b", "a}b", "{other}"})
  void shouldGiveNoKeyWhenTheValueHoldsWhatNoTokenHolds(String value) {
    assertThat(TEMPLATE.key(value)).isEmpty();
  }

  @Test
  void shouldGiveNoKeyWhenTheValueIsTooLong() {
    assertThat(TEMPLATE.key("x".repeat(KeyTemplate.MAX_VALUE_CHARACTERS))).isPresent();
    assertThat(TEMPLATE.key("x".repeat(KeyTemplate.MAX_VALUE_CHARACTERS + 1))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "session",
        "session:{}",
        "{a}{b}",
        "session:{token",
        "session:token}",
        "}{token}",
        "a {token}",
        "{{token}}"
      })
  void shouldRefuseATemplateWithoutExactlyOneColumn(String text) {
    assertThatThrownBy(() -> KeyTemplate.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("session:{token}");
  }
}
