package dev.sessioncache.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Map;
import org.junit.jupiter.api.Test;

class EndpointsTest {

  private static final Map<String, String> ALL =
      Map.of(
          "DATABASE_URL", "postgres://u:secret@h/db",
          "REDIS_URL", "redis://h",
          "KAFKA_BOOTSTRAP_SERVERS", "h:9092");

  @Test
  void shouldTakeThemWhenAllAreSet() throws Exception {
    Endpoints endpoints = Endpoints.from(ALL).orElseThrow();

    assertThat(endpoints.asEnvironment()).isEqualTo(ALL);
    assertThat(endpoints.toString()).doesNotContain("secret");
  }

  @Test
  void shouldBeEmptyWhenNoneIsSet() throws Exception {
    assertThat(Endpoints.from(Map.of())).isEmpty();
    assertThat(Endpoints.from(Map.of("REDIS_URL", " "))).isEmpty();
  }

  @Test
  void shouldNameTheMissingWhenSomeAreSet() {
    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> Endpoints.from(Map.of("REDIS_URL", "redis://h")))
        .withMessageStartingWith(
            "REDIS_URL set, but not DATABASE_URL and KAFKA_BOOTSTRAP_SERVERS: ");
  }
}
