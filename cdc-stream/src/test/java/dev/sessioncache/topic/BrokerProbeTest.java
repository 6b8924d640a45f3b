package dev.sessioncache.topic;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sessioncache.command.OperationException;
import dev.sessioncache.config.BootstrapServers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BrokerProbeTest {

  @ParameterizedTest
  @CsvSource({
    "HTTP/1.1 400 Bad Request, is no Kafka broker",
    "'-ERR unknown command\r\n', is no Kafka broker",
    "'\0\0\0\12wrongnumber', is no Kafka broker",
    "'\25\3\3\0\2\2\50', speaks TLS"
  })
  void shouldRefuseWhatIsNoBrokerWhenItAnswers(String answer, String words) throws IOException {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      CompletableFuture<Void> answered = CompletableFuture.runAsync(() -> serve(server, answer));
      BootstrapServers servers = BootstrapServers.parse("127.0.0.1:" + server.getLocalPort());

      assertThatThrownBy(() -> BrokerProbe.check(servers))
          .isInstanceOf(OperationException.class)
          .hasMessageContaining(servers + " " + words)
          .hasMessageContaining("KAFKA_BOOTSTRAP_SERVERS");
      answered.join();
    }
  }

  private static void serve(ServerSocket server, String answer) {
    try (Socket client = server.accept()) {
      client.getOutputStream().write(answer.getBytes(ISO_8859_1));
      client.getInputStream().readNBytes(14);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
