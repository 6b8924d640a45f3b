package dev.sessioncache.localstack;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(StackExtension.class)
class StackExtensionIT {

  private final Stack stack;

  StackExtensionIT(Stack stack) {
    this.stack = stack;
  }

  @Test
  void shouldStartAllServers() throws Exception {
    assertThat(Clients.sql(stack.databaseUrl(), "SHOW wal_level")).isEqualTo("logical");
    assertThat(Clients.sql(stack.databaseUrl(), "SHOW server_version")).startsWith("17");
    assertThat(Clients.redis(stack.redisUrl(), "PING")).isEqualTo("+PONG");
    Clients.createTopic(stack.kafkaBootstrapServers(), "sessions");
    assertThat(Clients.topics(stack.kafkaBootstrapServers())).contains("sessions");
  }

  @Test
  void shouldGiveTheSameStackToEveryone(Stack other) {
    assertThat(other).isSameAs(stack);
  }
}
