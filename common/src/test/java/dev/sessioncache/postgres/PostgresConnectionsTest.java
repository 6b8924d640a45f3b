package dev.sessioncache.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.sessioncache.command.OperationException;
import dev.sessioncache.config.DatabaseUrl;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class PostgresConnectionsTest {

  @Test
  void shouldBoundConnectAndLoginWhenTheUrlHasNoTimeout() {
    assertThat(PostgresConnections.properties(DatabaseUrl.parse("postgres://h/d"), "warmer"))
        .containsOnly(
            entry("tcpKeepAlive", "true"),
            entry("connectTimeout", "5"),
            entry("loginTimeout", "5"),
            entry("ApplicationName", "warmer"));
  }

  @Test
  void shouldPreferTheUrlsParametersWhenItHasThem() {
    DatabaseUrl url = DatabaseUrl.parse("postgres://h/d?connect_timeout=2&application_name=mine");

    assertThat(PostgresConnections.properties(url, "warmer"))
        .contains(
            entry("connectTimeout", "2"),
            entry("loginTimeout", "2"),
            entry("ApplicationName", "mine"));
  }

  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void shouldSayThatTheServerDoesNotAnswerWhenThePortIsClosed() throws Exception {
    int port = closedPort();
    DatabaseUrl url = DatabaseUrl.parse("postgres://u:hidden@127.0.0.1:" + port + "/d");

    assertThatThrownBy(() -> PostgresConnections.open(url, "warmer"))
        .isInstanceOf(OperationException.class)
        .hasMessage(
            "Postgres at 127.0.0.1:%d does not answer: is it running and reachable? (DATABASE_URL)",
            port)
        .hasCauseInstanceOf(SQLException.class);
  }

  /** A server that accepts and never speaks, as a proxy without a backend does. */
  @Test
  @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void shouldGiveUpWhenTheServerAcceptsButNeverSpeaks() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String url = "postgres://127.0.0.1:" + silent.getLocalPort() + "/d?connect_timeout=1";

      assertThatThrownBy(() -> PostgresConnections.open(DatabaseUrl.parse(url), "warmer"))
          .isInstanceOf(OperationException.class)
          .hasMessageContaining("does not answer");
    }
  }

  private static int closedPort() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
