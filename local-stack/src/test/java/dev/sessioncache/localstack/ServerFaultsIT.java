package dev.sessioncache.localstack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(StackExtension.class)
class ServerFaultsIT {

  private final Stack stack;

  ServerFaultsIT(Stack stack) {
    this.stack = stack;
  }

  @AfterEach
  void repair() {
    stack.postgres().resume();
    stack.postgres().start();
    stack.redis().resume();
    stack.redis().start();
    stack.kafka().resume();
    stack.kafka().start();
  }

  @Test
  void shouldKeepDataWhenPostgresIsKilled() throws Exception {
    String url = stack.createDatabase("killed");
    Clients.sql(url, "CREATE TABLE session AS SELECT 42 AS id");

    stack.postgres().kill();

    assertThatThrownBy(() -> Clients.sql(url, "SELECT 1")).isInstanceOf(SQLException.class);
    stack.postgres().start();
    assertThat(Clients.sql(url, "SELECT id FROM session")).isEqualTo("42");
  }

  @Test
  void shouldFreezeOpenConnectionsWhenPostgresIsPaused() throws Exception {
    try (Connection open = Clients.connect(stack.databaseUrl())) {
      open.setNetworkTimeout(Runnable::run, 300);
      stack.postgres().pause();

      assertThatThrownBy(() -> open.createStatement().execute("SELECT 1"))
          .isInstanceOf(SQLException.class)
          .hasRootCauseInstanceOf(SocketTimeoutException.class);
    }
    stack.postgres().resume();
    assertThat(Clients.sql(stack.databaseUrl(), "SELECT 1")).isEqualTo("1");
  }

  @Test
  void shouldRestartPostgresWhileAClientIsConnected() throws Exception {
    String url = stack.createDatabase("restarted");
    Clients.sql(url, "CREATE TABLE session AS SELECT 7 AS id");
    try (Connection open = Clients.connect(url)) {
      stack.postgres().restart();

      assertThat(open.isValid(1)).isFalse();
    }
    assertThat(Clients.sql(url, "SELECT id FROM session")).isEqualTo("7");
  }

  @Test
  void shouldKeepTopicsWhenKafkaIsKilled() throws Exception {
    Clients.createTopic(stack.kafkaBootstrapServers(), "before-kill");

    stack.kafka().kill();

    assertThat(Readiness.kafka("127.0.0.1", kafkaPort())).isFalse();
    stack.kafka().start();
    assertThat(Clients.topics(stack.kafkaBootstrapServers())).contains("before-kill");
  }

  @Test
  void shouldAnswerAgainWhenKafkaIsResumed() throws Exception {
    stack.kafka().pause();
    assertThat(Readiness.kafka("127.0.0.1", kafkaPort())).isFalse();

    stack.kafka().resume();

    await("kafka answers")
        .atMost(Timeouts.SOON)
        .until(() -> Readiness.kafka("127.0.0.1", kafkaPort()));
  }

  @Test
  void shouldComeBackEmptyWhenRedisIsKilled() throws Exception {
    Clients.redis(stack.redisUrl(), "SET session 1");

    stack.redis().kill();

    assertThatThrownBy(() -> Clients.redis(stack.redisUrl(), "PING"))
        .isInstanceOf(IOException.class);
    stack.redis().start();
    assertThat(Clients.redis(stack.redisUrl(), "EXISTS session")).isEqualTo(":0");
  }

  @Test
  void shouldNotAnswerUntilResumedWhenRedisIsPaused() throws Exception {
    stack.redis().pause();
    assertThatThrownBy(() -> Clients.redis(stack.redisUrl(), "PING", 1_000))
        .isInstanceOf(SocketTimeoutException.class);

    stack.redis().resume();

    assertThat(Clients.redis(stack.redisUrl(), "PING")).isEqualTo("+PONG");
  }

  private int kafkaPort() {
    String address = stack.kafkaBootstrapServers();
    return Integer.parseInt(address.substring(address.indexOf(':') + 1));
  }
}
