package dev.sessioncache.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.command.OperationException;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.security.cert.CertificateException;
import java.sql.SQLException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PostgresOutageTest {

  @ParameterizedTest
  @ValueSource(strings = {"08001", "08003", "08006", "57P01", "57P02", "57P03", "57P05", "53300"})
  void shouldBeOneWhenPostgresIsAwayForAWhile(String state) {
    SQLException failure = new SQLException("gone", state);

    assertThat(PostgresOutage.is(failure)).isTrue();
    assertThat(PostgresOutage.is(new OperationException("can't be looked at", failure))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"08004", "28P01", "42501", "42P01", "57014", "55006", "53100", "25006"})
  void shouldBeNoneWhenPostgresRefusesWhatIsAsked(String state) {
    assertThat(PostgresOutage.is(new SQLException("no", state))).isFalse();
  }

  @Test
  void shouldBeOneWhenTheNetworkEndsAConnection() {
    assertThat(PostgresOutage.is(new SQLException("io", null, new EOFException()))).isTrue();
    assertThat(PostgresOutage.is(new IllegalStateException(new SocketException("reset")))).isTrue();
  }

  @Test
  void shouldBeNoneWhenACertificateIsNotTrusted() {
    SSLHandshakeException handshake = new SSLHandshakeException("no path");
    handshake.initCause(new CertificateException());

    assertThat(PostgresOutage.is(new SQLException("tls", "08006", handshake))).isFalse();
  }

  @Test
  void shouldBeNoneWhenItIsADefect() {
    assertThat(PostgresOutage.is(new IllegalStateException("ours"))).isFalse();
    assertThat(PostgresOutage.is(new UncheckedIOException(new IOException("malformed")))).isFalse();
  }
}
