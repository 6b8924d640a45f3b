package dev.sessioncache.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BootstrapServersTest {

  @Test
  void shouldDropSpacesWhenServersAreListed() {
    assertThat(BootstrapServers.parse("a:9092, kafka_2.x:9093 ,[::1]:9094").value())
        .isEqualTo("a:9092,kafka_2.x:9093,[::1]:9094");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "host", "host:9092,", "PLAINTEXT://h:9092", "h:0", "h:99999", "h:x"})
  void shouldRefuseWhenAServerIsMalformed(String text) {
    assertThatThrownBy(() -> BootstrapServers.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("needs");
  }
}
