package dev.sessioncache.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RedactionTest {

  @ParameterizedTest
  @CsvSource({
    "postgres://u:hidden@h:1/d, postgres://u:***@h:1/d",
    "postgres://u:hid@d:e/n@h/d, postgres://u:***@h/d",
    "postgres://u/x:hidden@h/d, postgres://u/x:***@h/d",
    "postgres:/u:hidden@h, postgres:/u:***@h",
    "postgres://u:hidden, postgres://u:***",
    "redis://:hidden@h, redis://:***@h",
    "redis://hidden@h, redis://***@h",
    "jdbc:postgresql://h/d?user=u&password=hidden, jdbc:postgresql://h/d?user=u&password=***"
  })
  void shouldMaskThePasswordWhenTextHasAUrl(String text, String redacted) {
    assertThat(Redaction.apply(text)).isEqualTo(redacted);
  }

  @ParameterizedTest
  @ValueSource(strings = {"postgres://u@h:5432/d", "redis://h:6379/0", "a:1,b:2", "session:{id}"})
  void shouldLeaveTextAloneWhenItHasNoPassword(String text) {
    assertThat(Redaction.apply(text)).isEqualTo(text);
  }
}
