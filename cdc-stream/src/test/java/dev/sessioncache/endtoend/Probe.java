package dev.sessioncache.endtoend;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;

/** Looks whether Kafka is there. */
final class Probe {

  private static final int MILLIS = 400;

  private Probe() {}

  /** Whether somebody listens at {@code host:port}. */
  static boolean accepts(String address) {
    int colon = address.indexOf(':');
    try (Socket socket = new Socket()) {
      socket.connect(
          new InetSocketAddress(
              address.substring(0, colon), Integer.parseInt(address.substring(colon + 1))),
          MILLIS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  static boolean kafkaAnswers(String bootstrap) throws InterruptedException {
    Admin admin =
        Admin.create(
            Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrap,
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                MILLIS,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                MILLIS));
    try {
      return !admin.describeCluster().nodes().get().isEmpty();
    } catch (ExecutionException e) {
      return false;
    } finally {
      admin.close(Duration.ZERO);
    }
  }
}
