package dev.sessioncache.topic;

import dev.sessioncache.command.OperationException;
import dev.sessioncache.config.BootstrapServers;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * Asks what is at an address whether it is a broker that speaks without TLS. Kafka's clients take
 * the first bytes of any answer for a length and reserve so much memory: the greeting of another
 * service, or the alert of a TLS port, ends them with an {@code OutOfMemoryError}.
 *
 * @see <a href="https://issues.apache.org/jira/browse/KAFKA-4493">KAFKA-4493</a>
 */
final class BrokerProbe {

  private static final int MILLIS = (int) Duration.ofSeconds(2).toMillis();
  private static final int CORRELATION = 0x5e551044;

  /** Of an answer that tells the versions of some hundred requests. */
  private static final int LONGEST = 64 * 1024;

  private static final int TLS_ALERT = 0x15;
  private static final int TLS_HANDSHAKE = 0x16;

  private BrokerProbe() {}

  /**
   * Looks at each server; whoever does not answer is left to Kafka's clients.
   *
   * @throws OperationException when one is no broker
   */
  static void check(BootstrapServers servers) {
    for (InetSocketAddress server : servers.addresses()) {
      try (Socket socket = new Socket()) {
        socket.connect(new InetSocketAddress(server.getHostString(), server.getPort()), MILLIS);
        socket.setSoTimeout(MILLIS);
        socket.getOutputStream().write(request());
        judge(
            new DataInputStream(socket.getInputStream()),
            server.getHostString() + ":" + server.getPort());
      } catch (IOException e) {
        // nobody is there, or whoever is says nothing
      }
    }
  }

  private static void judge(DataInputStream answer, String server) throws IOException {
    int length = answer.readInt();
    int first = length >>> 24;
    if (first == TLS_ALERT || first == TLS_HANDSHAKE) {
      throw new OperationException(
          "what listens at "
              + server
              + " speaks TLS (KAFKA_BOOTSTRAP_SERVERS): set kafka.security.protocol to SSL or"
              + " SASL_SSL");
    }
    if (length < Integer.BYTES || length > LONGEST || answer.readInt() != CORRELATION) {
      throw new OperationException(
          "what listens at " + server + " is no Kafka broker: check KAFKA_BOOTSTRAP_SERVERS");
    }
  }

  /**
   * Which versions it knows, in version 0: every broker answers it, to anybody.
   *
   * @see <a href="https://kafka.apache.org/protocol#The_Messages_ApiVersions">ApiVersions</a>
   */
  private static byte[] request() {
    short apiVersions = 18;
    short none = -1;
    ByteBuffer request = ByteBuffer.allocate(14);
    return request
        .putInt(10)
        .putShort(apiVersions)
        .putShort((short) 0)
        .putInt(CORRELATION)
        .putShort(none) // the client's name
        .array();
  }
}
