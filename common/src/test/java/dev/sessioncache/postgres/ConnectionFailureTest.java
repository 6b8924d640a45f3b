package dev.sessioncache.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.command.OperationException;
import dev.sessioncache.config.DatabaseUrl;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ConnectionFailureTest {
  private static final DatabaseUrl URL = DatabaseUrl.parse("postgres://app:hidden@db:5433/shop");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "08001 | does not answer: is it running and reachable? (DATABASE_URL)",
        "08003 | does not answer",
        "08006 | could not agree on TLS",
        "28P01 | refuses the password of user 'app'",
        "28000 | refuses user 'app': check that the role exists",
        "3D000 | has no database 'shop'",
        "42501 | does not let user 'app' connect",
        "53300 | has no free connection",
        "57P03 | is not ready for connections",
        "XX000 | refused the connection (SQLState XX000)",
        "      | refused the connection (SQLState none)"
      })
  void shouldSayWhatToDoWhenTheStateIsKnown(String state, String expected) {
    SQLException failure = new SQLException("localised text", state);

    OperationException explained = ConnectionFailure.explain(failure, URL, "DATABASE_URL");

    assertThat(explained)
        .hasMessageStartingWith("Postgres at db:5433 ")
        .hasMessageContaining(expected)
        .hasMessageNotContaining("hidden")
        .hasCause(failure);
  }

  static Stream<Arguments> causes() {
    return Stream.of(
        Arguments.of(new ConnectException(), "does not answer"),
        Arguments.of(new SocketTimeoutException(), "does not answer"),
        Arguments.of(new UnknownHostException(), "has a host name that does not resolve"),
        Arguments.of(new FileNotFoundException(), "could not agree on TLS"),
        Arguments.of(new SSLHandshakeException(""), "could not agree on TLS"),
        Arguments.of(
            new SSLHandshakeException("").initCause(new EOFException()), "does not answer"));
  }

  @ParameterizedTest
  @MethodSource("causes")
  void shouldLookAtTheCauseWhenTheConnectionBroke(Exception cause, String expected) {
    SQLException failure = new SQLException("localised text", "08006", cause);

    assertThat(ConnectionFailure.explain(failure, URL, "DATABASE_URL"))
        .hasMessageContaining(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "postgres://u:p@h/d?sslmode=require | does not offer the TLS that sslmode asks for",
        "postgres://u@h/d                   | asks user 'u' for a password",
        "postgres://u:p@h/d                 | asks for a way to log in that is not supported"
      })
  void shouldLookAtTheUrlWhenTheDriverRefuses(String url, String expected) {
    SQLException failure = new SQLException("localised text", "08004");

    assertThat(ConnectionFailure.explain(failure, DatabaseUrl.parse(url), "DATABASE_URL"))
        .hasMessageContaining(expected);
  }

  @Test
  void shouldSayThatTheCertificateIsForAnotherHost() {
    SQLException failure = new SQLException("localised text", "08006");

    assertThat(
            ConnectionFailure.explain(
                failure, DatabaseUrl.parse("postgres://h/d?sslmode=verify-full"), "DATABASE_URL"))
        .hasMessageContaining("shows a certificate for another host");
  }

  @Test
  void shouldBracketTheHostWhenItIsAnIpv6Address() {
    SQLException failure = new SQLException("localised text", "08001");

    assertThat(
            ConnectionFailure.explain(
                failure, DatabaseUrl.parse("postgres://[::1]/d"), "DATABASE_URL"))
        .hasMessageStartingWith("Postgres at [::1]:5432 does not answer");
  }
}
