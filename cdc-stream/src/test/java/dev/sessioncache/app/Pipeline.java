package dev.sessioncache.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sessioncache.config.Configuration;
import dev.sessioncache.config.DatabaseUrl;
import dev.sessioncache.config.Sources;
import dev.sessioncache.localstack.Stack;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The streaming app in this JVM over real servers, with a database, topics and key prefix of its
 * own, and the means to change rows and look into Redis.
 */
final class Pipeline implements AutoCloseable {

  /** The one bound of waits in these tests. */
  static final Duration SOON = Duration.ofSeconds(40);

  private static final String SCHEMA =
      """
      create schema platform;
      create table platform.users (id uuid primary key, email text, display_name text, role text,
        status text, updated_at timestamptz default now());
      create table platform.user_sessions (id uuid primary key, token text unique not null,
        user_id uuid not null references platform.users on delete cascade, ip_address inet, user_agent text,
        created_at timestamptz default now(), last_activity_at timestamptz default now(),
        expires_at timestamptz default now() + interval '1 day', request_count bigint default 0,
        revoked_at timestamptz, data jsonb);
      """;

  final String name;
  final Connection sql;
  private final String databaseUrl;
  private final Map<String, String> flags = new LinkedHashMap<>();
  private final RedisClient redisClient;
  private final StatefulRedisConnection<String, String> redis;
  private final ObjectMapper json = new ObjectMapper();
  private @Nullable StreamApp app;
  private CompletableFuture<Void> running = CompletableFuture.completedFuture(null);

  Pipeline(Stack stack, String name, Path stateDir) throws SQLException {
    this.name = name;
    this.databaseUrl = stack.createDatabase(name);
    DatabaseUrl url = DatabaseUrl.parse(databaseUrl);
    this.sql = DriverManager.getConnection(url.jdbcUrl(), url.jdbcProperties());
    execute(SCHEMA);
    flags.put("database.url", databaseUrl);
    flags.put("redis.url", stack.redisUrl());
    flags.put("kafka.bootstrap.servers", stack.kafkaBootstrapServers());
    flags.put("topics.prefix", name);
    flags.put("keys.prefix", name + ":");
    flags.put("cache.key", name + ":session:{token}");
    flags.put("capture.slot", name);
    flags.put("project.state.dir", stateDir.toString());
    flags.put("lanes", "2");
    flags.put("capture.pulse.interval", "200ms");
    this.redisClient = RedisClient.create(stack.redisUrl());
    this.redis = redisClient.connect();
  }

  Map<String, String> settings() {
    return Map.copyOf(flags);
  }

  String databaseUrl() {
    return databaseUrl;
  }

  void start() {
    Configuration configuration =
        Configuration.load(new Sources(null, Map.of(), flags), CdcStream.sections(), List.of());
    StreamApp started = new StreamApp(configuration, EnumSet.allOf(Role.class));
    app = started;
    running =
        CompletableFuture.runAsync(
            () -> {
              try {
                started.run();
              } catch (SQLException | InterruptedException e) {
                throw new IllegalStateException(e);
              }
            },
            task -> new Thread(task, "app-" + name).start());
  }

  void stop() {
    if (app != null) {
      app.stop();
      app.close();
      app = null;
    }
  }

  CompletableFuture<Void> running() {
    return running;
  }

  String user(String id, String role) {
    execute(
        "insert into platform.users values ('"
            + uuid(id)
            + "', '"
            + id
            + "@example.org', '"
            + id
            + "', '"
            + role
            + "', 'active')");
    return uuid(id);
  }

  String session(String token, String user) {
    execute(
        "insert into platform.user_sessions (id, token, user_id, ip_address, user_agent, data) values ('"
            + uuid(token)
            + "', '"
            + token
            + "', '"
            + uuid(user)
            + "', '10.0.0.1', 'test', '{\"cart\": [1, 2]}')");
    return uuid(token);
  }

  /** The same id for the same name. */
  static String uuid(String of) {
    return java.util
        .UUID
        .nameUUIDFromBytes(of.getBytes(java.nio.charset.StandardCharsets.UTF_8))
        .toString();
  }

  void execute(String statements) {
    try (Statement statement = sql.createStatement()) {
      statement.execute(statements);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  long number(String query) {
    try (Statement statement = sql.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      assertThat(row.next()).isTrue();
      return row.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What the cache holds; fails at once when the app has failed. */
  Optional<JsonNode> cached(String token) {
    if (running.isCompletedExceptionally()) {
      running.join();
    }
    return read(name + ":session:" + token);
  }

  Optional<JsonNode> status(String stage) {
    return read(name + ":status:" + stage);
  }

  long cachedSessions() {
    return redis.sync().keys(name + ":session:*").size();
  }

  /** All keys of this pipeline. */
  List<String> keys() {
    return redis.sync().keys(name + ":*");
  }

  private Optional<JsonNode> read(String key) {
    String value = redis.sync().get(key);
    if (value == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(json.readTree(value));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void awaitCached(String token) {
    await("session cached").atMost(SOON).until(() -> cached(token).isPresent());
  }

  /** What capture reports once it is in that mode. */
  JsonNode awaitCapture(String mode) {
    await("capture " + mode)
        .atMost(SOON)
        .until(
            () -> status("capture").map(status -> status.path("mode").asText()).orElse(""),
            mode::equals);
    return status("capture").orElseThrow();
  }

  void awaitGone(String token) {
    await("session gone from the cache").atMost(SOON).until(() -> cached(token).isEmpty());
  }

  /**
   * Waits until everything committed so far has reached Redis: every lane's watermark is past now.
   */
  void awaitQuiet() {
    long now = number("select (extract(epoch from clock_timestamp()) * 1000)::bigint");
    for (int lane = 0; lane < 2; lane++) {
      String key = name + ":watermark:" + lane;
      await("watermark of lane " + lane)
          .atMost(SOON)
          .until(() -> read(key).map(mark -> mark.path("at_ms").asLong() > now).orElse(false));
    }
  }

  @Override
  public void close() throws SQLException {
    stop();
    sql.close();
    redisClient.shutdown();
  }
}
