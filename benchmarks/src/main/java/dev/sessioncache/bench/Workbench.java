package dev.sessioncache.bench;

import dev.sessioncache.bench.measure.Client;
import dev.sessioncache.localstack.LocalStack;
import dev.sessioncache.localstack.StackOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Servers of our own on this machine, with nothing else in them, and where our programs are. Used
 * by one thread.
 */
public final class Workbench implements AutoCloseable {

  private final Path home;
  private final Path logs;
  private final LocalStack stack;
  private final RedisClient client;
  private final StatefulRedisConnection<String, String> redis;

  private Workbench(Path home, Path logs) {
    this.home = home;
    this.logs = logs;
    this.stack = LocalStack.start(StackOptions.temporary().underLoad());
    this.client = RedisClient.create(stack.redisUrl());
    this.redis = client.connect();
  }

  /**
   * Starts all three servers.
   *
   * @param home where the launcher is
   */
  public static Workbench start(Path home) throws IOException {
    return new Workbench(home, Files.createTempDirectory("warmer-bench-"));
  }

  /** Makes the tables anew, with so many live sessions. */
  public void fill(int sessions) throws SQLException {
    String sql = resource("sessions.sql").replace(":sessions", Integer.toString(sessions));
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      for (String one : sql.split(";\\s*\\n")) { // VACUUM wants to be alone
        if (!one.isBlank()) {
          statement.execute(one);
        }
      }
    }
  }

  /** The tokens of all sessions, the most recently used first. */
  public List<String> tokens() throws SQLException {
    List<String> tokens = new ArrayList<>();
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "select token from platform.user_sessions order by last_activity_at desc")) {
      while (rows.next()) {
        tokens.add(rows.getString(1));
      }
    }
    return tokens;
  }

  /**
   * Warms Redis with so many sessions.
   *
   * @return the most that the warm had resident, kB
   */
  public long warm(int sessions) throws IOException, InterruptedException {
    return new Client(environment(), log("warmer-warm"))
        .run(List.of(warmer(), "warm", "--full", "--quiet", "--target=0", "--count=" + sessions));
  }

  /** The first column of the first row, over a connection of its own. */
  public String ask(String query) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getString(1);
    }
  }

  /** A new connection; the caller closes it. */
  public Connection connect() throws SQLException {
    URI url = URI.create(stack.databaseUrl());
    String[] login = url.getUserInfo().split(":", 2);
    return DriverManager.getConnection(
        "jdbc:postgresql://" + url.getHost() + ":" + url.getPort() + url.getPath(),
        login[0],
        login[1]);
  }

  /** Of this JVM; not for what is measured. */
  public StatefulRedisConnection<String, String> redis() {
    return redis;
  }

  public LocalStack stack() {
    return stack;
  }

  /** The launcher of our programs. */
  public String warmer() {
    return home.resolve("warmer").toString();
  }

  public Path log(String name) {
    return logs.resolve(name + ".log");
  }

  /** A place for files of a contender. */
  public Path directory() {
    return logs;
  }

  /** In which our programs, psql and redis-cli find the servers. */
  public Map<String, String> environment() {
    URI database = URI.create(stack.databaseUrl());
    URI cache = URI.create(stack.redisUrl());
    String[] login = database.getUserInfo().split(":", 2);
    Map<String, String> environment = new HashMap<>();
    environment.put("DATABASE_URL", stack.databaseUrl());
    environment.put("REDIS_URL", stack.redisUrl());
    environment.put("KAFKA_BOOTSTRAP_SERVERS", stack.kafkaBootstrapServers());
    environment.put("WARMER_NO_BUILD", "1"); // this JVM runs from the same build
    environment.put("PGHOST", database.getHost());
    environment.put("PGPORT", Integer.toString(database.getPort()));
    environment.put("PGDATABASE", database.getPath().substring(1));
    environment.put("PGUSER", login[0]);
    environment.put("PGPASSWORD", login[1]);
    environment.put("REDIS_PORT", Integer.toString(cache.getPort()));
    return environment;
  }

  /** Whether there is a program of that name on the PATH. */
  public static boolean hasProgram(String name) {
    return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, name)));
  }

  /** A file beside this class. */
  public static String resource(String name) {
    try (InputStream in = Workbench.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is not on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Leaves the logs. */
  @Override
  public void close() {
    client.shutdown();
    stack.close();
    try (Stream<Path> files = Files.walk(logs)) {
      files
          .sorted(Comparator.reverseOrder()) // what is in a directory before it
          .filter(file -> !file.equals(logs) && !isLog(file))
          .forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean isLog(Path file) {
    return logs.equals(file.getParent()) && file.toString().endsWith(".log");
  }
}
