package dev.sessioncache.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.command.OperationException;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.sql.SQLException;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PostgresOutageTest {

  @ParameterizedTest
  @ValueSource(strings = {"08000", "08001", "08003", "57P01", "57P02", "57P03", "57P05", "53300"})
  void shouldBeOneWhenPostgresIsAwayForAWhile(String state) {
    SQLException failure = new SQLException("gone", state);

    assertThat(PostgresOutage.is(failure)).isTrue();
    assertThat(PostgresOutage.is(new OperationException("can't be looked at", failure))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "08004", "08P01", "08007", "28P01", "42501", "42P01", "57014", "55006", "53100", "25006"
      })
  void shouldBeNoneWhenPostgresRefusesWhatIsAsked(String state) {
    assertThat(PostgresOutage.is(new SQLException("no", state))).isFalse();
  }

  @Test
  void shouldBeOneWhenTheNetworkEndsAConnection() {
    assertThat(PostgresOutage.is(new SQLException("io", null, new EOFException()))).isTrue();
    assertThat(PostgresOutage.is(new IllegalStateException(new SocketException("reset")))).isTrue();
  }

  @Test
  void shouldBeOneWhenTheNetworkBreaksAHandshakeOff() {
    assertThat(PostgresOutage.is(broken(handshake(new EOFException())))).isTrue();
    assertThat(PostgresOutage.is(broken(handshake(new SocketException("reset"))))).isTrue();
    assertThat(PostgresOutage.is(broken(new ConnectException("refused")))).isTrue();
  }

  /** As pgjdbc 42.7.13 tells of them. */
  static Stream<SQLException> faultsOfTls() {
    return Stream.of(
        broken(handshake(new CertificateException("not trusted"))),
        broken(new SSLHandshakeException("Received fatal alert: protocol_version")),
        broken(new FileNotFoundException("root.crt")),
        broken(new CertificateParsingException("no certificate")),
        broken(new ClassNotFoundException("no such socket factory")),
        new SQLException("for another host, or a key that others may read", "08006"));
  }

  @ParameterizedTest
  @MethodSource("faultsOfTls")
  void shouldBeNoneWhenTlsIsAtFault(SQLException fault) {
    assertThat(PostgresOutage.is(fault)).isFalse();
    assertThat(PostgresOutage.is(new OperationException("can't connect", fault))).isFalse();
  }

  private static SQLException broken(Exception cause) {
    return new SQLException("broken", "08006", cause);
  }

  private static SSLHandshakeException handshake(Exception cause) {
    SSLHandshakeException handshake = new SSLHandshakeException("no handshake");
    handshake.initCause(cause);
    return handshake;
  }

  @Test
  void shouldBeNoneWhenItIsADefect() {
    assertThat(PostgresOutage.is(new IllegalStateException("ours"))).isFalse();
    assertThat(PostgresOutage.is(new UncheckedIOException(new IOException("malformed")))).isFalse();
  }
}
