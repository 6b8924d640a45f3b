package dev.sessioncache.localstack;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;

/** Asks a server for real work, because an open port alone says little; two seconds at most. */
final class Readiness {

  private static final int MILLIS = 2_000;
  private static final byte[] PING = "PING\r\n".getBytes(StandardCharsets.US_ASCII);

  private Readiness() {}

  static boolean postgres(PostgresAddress address) {
    try (Connection connection = address.connect(PostgresAddress.MAINTENANCE_DATABASE)) {
      return connection.isValid(2);
    } catch (SQLException e) {
      return false;
    }
  }

  /** False also while the server loads its data file. */
  static boolean redis(String host, int port) {
    try (Socket socket = connect(host, port)) {
      socket.getOutputStream().write(PING);
      byte[] answer = socket.getInputStream().readNBytes(5);
      return new String(answer, StandardCharsets.US_ASCII).equals("+PONG");
    } catch (IOException e) {
      return false;
    }
  }

  /** A broker is listed once its registration with the controller is complete. */
  static boolean kafka(String host, int port) {
    if (!isOpen(host, port)) {
      return false;
    }
    Map<String, Object> settings =
        Map.of(
            AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, host + ":" + port,
            AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, MILLIS,
            AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, MILLIS);
    Admin admin = Admin.create(settings);
    try {
      return !admin.describeCluster().nodes().get(MILLIS, TimeUnit.MILLISECONDS).isEmpty();
    } catch (ExecutionException | TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      admin.close(Duration.ofMillis(MILLIS)); // without a bound it waits for a broker that hangs
    }
  }

  private static boolean isOpen(String host, int port) {
    try (Socket socket = connect(host, port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  private static Socket connect(String host, int port) throws IOException {
    Socket socket = new Socket();
    try {
      socket.setSoTimeout(MILLIS);
      socket.connect(new InetSocketAddress(host, port), MILLIS);
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }
}
