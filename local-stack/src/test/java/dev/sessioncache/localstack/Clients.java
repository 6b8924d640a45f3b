package dev.sessioncache.localstack;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;

/** One request to each kind of server, with new connections every time. */
final class Clients {

  private static final int SECONDS = (int) Timeouts.SOON.toSeconds();
  private static final int MILLIS = SECONDS * 1_000;

  private Clients() {}

  /** The first column of the first row, or null for a statement without rows. */
  static String sql(String databaseUrl, String sql) throws SQLException {
    try (Connection connection = connect(databaseUrl);
        Statement statement = connection.createStatement()) {
      if (!statement.execute(sql)) {
        return "";
      }
      try (ResultSet rows = statement.getResultSet()) {
        return rows.next() ? String.valueOf(rows.getString(1)) : "";
      }
    }
  }

  static Connection connect(String databaseUrl) throws SQLException {
    URI url = URI.create(databaseUrl);
    List<String> login = List.of(url.getUserInfo().split(":", -1));
    return DriverManager.getConnection(
        "jdbc:postgresql://%1$s:%2$d%3$s?connectTimeout=%4$d&loginTimeout=%4$d&socketTimeout=%4$d"
            .formatted(url.getHost(), url.getPort(), url.getPath(), SECONDS),
        login.get(0),
        login.get(1));
  }

  /** The first line of the answer. */
  static String redis(String redisUrl, String command) throws IOException {
    return redis(redisUrl, command, MILLIS);
  }

  /** The same, for who expects no answer. */
  static String redis(String redisUrl, String command, int timeoutMillis) throws IOException {
    URI url = URI.create(redisUrl);
    try (Socket socket = new Socket(url.getHost(), url.getPort())) {
      socket.setSoTimeout(timeoutMillis);
      socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.UTF_8));
      BufferedReader answer =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      return answer.readLine();
    }
  }

  static void createTopic(String bootstrap, String topic)
      throws ExecutionException, InterruptedException, TimeoutException {
    try (Admin admin = admin(bootstrap)) {
      admin
          .createTopics(Set.of(new NewTopic(topic, 1, (short) 1)))
          .all()
          .get(SECONDS, TimeUnit.SECONDS);
    }
  }

  static Set<String> topics(String bootstrap)
      throws ExecutionException, InterruptedException, TimeoutException {
    try (Admin admin = admin(bootstrap)) {
      return admin.listTopics().names().get(SECONDS, TimeUnit.SECONDS);
    }
  }

  private static Admin admin(String bootstrap) {
    return Admin.create(
        Map.of(
            "bootstrap.servers", bootstrap,
            "request.timeout.ms", MILLIS,
            "default.api.timeout.ms", MILLIS));
  }
}
