package dev.sessioncache.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sessioncache.config.Configuration;
import dev.sessioncache.config.DatabaseUrl;
import dev.sessioncache.config.Sources;
import dev.sessioncache.localstack.Stack;
import io.lettuce.core.cluster.api.sync.RedisClusterCommands;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * The streaming app in this JVM over real servers, with a database, topics and key prefix of its
 * own, and the means to change rows and look into Redis.
 */
final class Pipeline implements AutoCloseable {

  /** The one bound of waits in these tests. */
  static final Duration SOON = Duration.ofSeconds(60);

  static final int LANES = 2;

  final String name;
  Connection sql;

  /** For the next start. */
  Clock clock = Clock.systemUTC();

  private final String databaseUrl;
  private final Map<String, String> flags = new LinkedHashMap<>();
  private final CacheView cache;
  private @Nullable StreamApp app;
  private CompletableFuture<Void> running = CompletableFuture.completedFuture(null);

  Pipeline(Stack stack, String name, Path stateDir) throws SQLException {
    this(stack, stack.redisUrl(), name, stateDir);
  }

  Pipeline(Stack stack, String redisUrl, String name, Path stateDir) throws SQLException {
    this.name = name;
    this.databaseUrl = stack.createDatabase(name);
    this.sql = connect();
    execute(PlatformTables.SQL);
    flags.put("database.url", databaseUrl);
    flags.put("redis.url", redisUrl);
    flags.put("kafka.bootstrap.servers", stack.kafkaBootstrapServers());
    flags.put("topics.prefix", name);
    flags.put("keys.prefix", name + ":");
    flags.put("cache.key", name + ":session:{token}");
    flags.put("capture.slot", name);
    flags.put("project.state.dir", stateDir.toString());
    flags.put("lanes", Integer.toString(LANES));
    flags.put("capture.pulse.interval", "200ms");
    flags.put("kafka.session.timeout", "3s");
    flags.put("warm.when-cold", "false"); // so that what is cached is the stream's work
    flags.put("http.port", "0"); // several run on one machine
    flags.put("verify.rate", "0"); // likewise what is read and counted
    this.cache = new CacheView(redisUrl, name);
  }

  Map<String, String> settings() {
    return Map.copyOf(flags);
  }

  String databaseUrl() {
    return databaseUrl;
  }

  /** One more connection to the database; the caller's to close. */
  Connection connect() throws SQLException {
    return connect(databaseUrl);
  }

  static Connection connect(String databaseUrl) throws SQLException {
    DatabaseUrl url = DatabaseUrl.parse(databaseUrl);
    return DriverManager.getConnection(url.jdbcUrl(), url.jdbcProperties());
  }

  /** After Postgres has broken off all connections. */
  void reconnect() throws SQLException {
    sql.close();
    sql = connect();
  }

  /** For the next start. */
  void set(String setting, String value) {
    flags.put(setting, value);
  }

  /** All three roles when none is named. */
  void start(Role... named) {
    Configuration configuration =
        Configuration.load(new Sources(null, Map.of(), flags), CdcStream.sections(), List.of());
    EnumSet<Role> roles = EnumSet.allOf(Role.class);
    if (named.length > 0) {
      roles.retainAll(List.of(named));
    }
    StreamApp started = new StreamApp(configuration, roles, clock);
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
    String values = "('%s', '%s@example.org', '%s', '%s', 'active')";
    execute("insert into platform.users values " + values.formatted(uuid(id), id, id, role));
    return uuid(id);
  }

  String session(String token, String user) {
    String values = "('%s', '%s', '%s', '10.0.0.1', 'test', '{\"cart\": [1, 2]}')";
    execute(
        "insert into platform.user_sessions (id, token, user_id, ip_address, user_agent, data)"
            + " values "
            + values.formatted(uuid(token), token, uuid(user)));
    return uuid(token);
  }

  /** The same id for the same name. */
  static String uuid(String of) {
    return UUID.nameUUIDFromBytes(of.getBytes(UTF_8)).toString();
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

  /** Fails at once when the app has failed. */
  Optional<String> url() {
    return app == null ? Optional.empty() : app.url();
  }

  void throwIfEnded() {
    if (running.isCompletedExceptionally()) {
      running.join();
    }
  }

  /** The present time by the clock of Postgres, ms since 1970. */
  long nowMillis() {
    return number("select (extract(epoch from clock_timestamp()) * 1000)::bigint");
  }

  /** What the cache holds; fails at once when the app has failed. */
  Optional<JsonNode> cached(String token) {
    throwIfEnded();
    return cache.read(name + ":session:" + token);
  }

  Optional<JsonNode> status(String stage) {
    return cache.read(name + ":status:" + stage);
  }

  /** Number of the present baseline. */
  long baseline() {
    await("number of the baseline")
        .atMost(SOON)
        .until(
            () ->
                status("capture")
                    .map(status -> status.path("baseline").asLong() > 0)
                    .orElse(false));
    return status("capture").orElseThrow().path("baseline").asLong();
  }

  long cachedSessions() {
    return cache.sessions().size();
  }

  /** All cached values. */
  List<String> values() {
    return cache.values();
  }

  /** All keys of this pipeline. */
  List<String> keys() {
    return cache.keys();
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

  /** Past all faults that the app under test may be given. */
  RedisClusterCommands<String, String> redis() {
    return cache.redis();
  }

  /** Waits until every live session is cached as Postgres has it, and no other is. */
  void awaitAsInPostgres() {
    await("the cache is as Postgres")
        .atMost(SOON)
        .untilAsserted(() -> assertThat(cached()).isEqualTo(live()));
  }

  private Map<String, Long> live() throws SQLException {
    Map<String, Long> live = new TreeMap<>();
    try (Statement statement = sql.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "select token, request_count from platform.user_sessions s"
                    + " join platform.users u on u.id = user_id"
                    + " where revoked_at is null and expires_at > now() and status = 'active'")) {
      while (rows.next()) {
        live.put(rows.getString(1), rows.getLong(2));
      }
    }
    return live;
  }

  private Map<String, Long> cached() {
    Map<String, Long> cached = new TreeMap<>();
    String prefix = name + ":session:";
    for (String key : cache.sessions()) {
      String token = key.substring(prefix.length());
      cached(token)
          .ifPresent(document -> cached.put(token, document.path("request_count").asLong()));
    }
    return cached;
  }

  /**
   * Waits until everything committed so far has reached Redis: every lane's watermark is past now.
   */
  void awaitQuiet() {
    long now = nowMillis();
    await("watermarks of all lanes")
        .atMost(SOON)
        .until(() -> watermarks(LANES).allMatch(mark -> mark > now));
  }

  /** Of each lane, ms since 1970; 0 when it has none. */
  LongStream watermarks(int lanes) {
    return IntStream.range(0, lanes)
        .mapToObj(lane -> cache.read(name + ":watermark:" + lane))
        .mapToLong(found -> found.map(mark -> mark.path("at_ms").asLong()).orElse(0L));
  }

  @Override
  public void close() throws SQLException {
    stop();
    SlotAdmin.drop(this);
    sql.close();
    cache.close();
  }
}
