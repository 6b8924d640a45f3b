package dev.sessioncache.localstack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Each fault of the proxy between a client and a server that answers with what it hears. */
@Timeout(120)
class FaultProxyTest {

  /** No client gets it as its own, as it may the port of a server that has ended. */
  private static final int NOBODYS_PORT = 1;

  private static final int UNANSWERED_MILLIS = 150;
  private static final Duration SOON = Duration.ofSeconds(60);

  private ServerSocket echo;
  private FaultProxy proxy;
  private Socket client;

  @BeforeEach
  void connect() throws Exception {
    echo = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread server = new Thread(this::serve, "echo");
    server.setDaemon(true);
    server.start();
    proxy = new FaultProxy("127.0.0.1", echo.getLocalPort());
    client = open();
  }

  @AfterEach
  void close() throws IOException {
    client.close();
    proxy.close();
    echo.close();
  }

  @Test
  void shouldPassWhatBothSidesSay() throws Exception {
    send("hello");

    assertThat(receive(5)).isEqualTo("hello");
  }

  @Test
  void shouldDelayWhenItHasLatency() throws Exception {
    proxy.set(Fault.latency(Duration.ofMillis(100)));
    long begin = System.nanoTime();

    send("hello");

    assertThat(receive(5)).isEqualTo("hello");
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(190));
    assertThat(proxy.count(Fault.Kind.LATENCY)).isEqualTo(2);
  }

  @Test
  void shouldHoldConnectionsWithoutAnswerWhenItIsABlackhole() throws Exception {
    proxy.set(Fault.blackhole());
    send("hello");

    try (Socket other = open()) {
      other.getOutputStream().write(1);
      assertUnanswered(client);
      assertUnanswered(other);
      await("held").atMost(SOON).until(() -> proxy.count(Fault.Kind.BLACKHOLE) == 2);
    }

    proxy.set(Fault.none());
    assertThat(receive(5)).isEqualTo("hello");
  }

  @Test
  void shouldHoldOneDirectionWhenItIsHalfOpen() throws Exception {
    proxy.set(Fault.toClientHeld());
    send("hello");
    assertUnanswered(client);
    await("held").atMost(SOON).until(() -> proxy.count(Fault.Kind.TO_CLIENT_HELD) == 1);

    proxy.set(Fault.toServerHeld());
    assertThat(receive(5)).isEqualTo("hello");
    send("again");

    assertUnanswered(client);
    await("held").atMost(SOON).until(() -> proxy.count(Fault.Kind.TO_SERVER_HELD) == 1);
  }

  @Test
  void shouldSpareConnectionsThatHaveSaidSomethingElse() throws Exception {
    try (Socket other = open()) {
      other.getOutputStream().write("other".getBytes(StandardCharsets.UTF_8));
      send("hello");
      assertThat(receive(5)).isEqualTo("hello");
      assertThat(other.getInputStream().readNBytes(5)).hasSize(5);

      proxy.set(Fault.toServerHeld(), "hell");
      send("again");
      other.getOutputStream().write(1);

      assertThat(other.getInputStream().read()).isEqualTo(1);
      assertUnanswered(client);
    }
  }

  @Test
  void shouldResetOpenAndNewConnections() throws Exception {
    send("hello");
    receive(5);

    proxy.set(Fault.reset());

    assertThatThrownBy(() -> receive(1)).isInstanceOf(SocketException.class);
    try (Socket other = open()) {
      assertThatThrownBy(() -> other.getInputStream().read()).isInstanceOf(SocketException.class);
    }
    assertThat(proxy.count(Fault.Kind.RESET)).isEqualTo(2);
    await("no connection left").atMost(SOON).until(() -> proxy.connections() == 0);
  }

  @Test
  void shouldResetAfterANumberOfBytes() throws Exception {
    proxy.set(Fault.limitData(8));
    send("hello");
    assertThat(receive(5)).isEqualTo("hello");

    send("again");

    assertThatThrownBy(() -> receive(5)).isInstanceOf(IOException.class);
    assertThat(proxy.count(Fault.Kind.LIMIT_DATA)).isEqualTo(1);
  }

  @Test
  void shouldPassSmallPiecesWhenItSlices() throws Exception {
    proxy.set(Fault.slicer(1, Duration.ofMillis(1)));

    send("hello");

    assertThat(receive(5)).isEqualTo("hello");
    assertThat(proxy.count(Fault.Kind.SLICER)).isEqualTo(10);
  }

  @Test
  void shouldResetTheClientWhenTheServerIsAway() throws Exception {
    try (FaultProxy toNobody = new FaultProxy("127.0.0.1", NOBODYS_PORT);
        Socket other = new Socket(toNobody.host(), toNobody.port())) {
      other.setSoTimeout((int) SOON.toMillis());

      assertThatThrownBy(() -> other.getInputStream().read()).isInstanceOf(SocketException.class);
    }
  }

  private static void assertUnanswered(Socket socket) throws IOException {
    socket.setSoTimeout(UNANSWERED_MILLIS);
    assertThatThrownBy(() -> socket.getInputStream().read())
        .isInstanceOf(SocketTimeoutException.class);
    socket.setSoTimeout(0);
  }

  private Socket open() throws IOException {
    return new Socket(proxy.host(), proxy.port());
  }

  private void send(String text) throws IOException {
    client.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
  }

  private String receive(int bytes) throws IOException {
    byte[] answer = client.getInputStream().readNBytes(bytes);
    if (answer.length < bytes) {
      throw new IOException("the connection has ended");
    }
    return new String(answer, StandardCharsets.UTF_8);
  }

  private void serve() {
    while (!echo.isClosed()) {
      try {
        Socket socket = echo.accept();
        Thread answering =
            new Thread(
                () -> {
                  try (socket) {
                    socket.getInputStream().transferTo(socket.getOutputStream());
                  } catch (IOException e) {
                    // The client has left.
                  }
                });
        answering.setDaemon(true);
        answering.start();
      } catch (IOException e) {
        return;
      }
    }
  }
}
