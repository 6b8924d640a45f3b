package dev.sessioncache.verify;

import dev.sessioncache.config.Configuration;
import dev.sessioncache.config.DatabaseUrl;
import dev.sessioncache.config.Sources;
import dev.sessioncache.localstack.Stack;
import dev.sessioncache.postgres.PostgresConnections;
import dev.sessioncache.warm.CacheWarmer;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Sessions in a database, and what a warm has put of them into a Redis database, of one test. */
final class WarmedCache implements AutoCloseable {

  static final String PREFIX = "session:";

  private static final String SCHEMA =
      """
      create schema platform;
      create table platform.users (id uuid primary key, email text, display_name text, role text,
        status text, updated_at timestamptz default now());
      create table platform.user_sessions (id uuid primary key default gen_random_uuid(),
        token text unique not null, user_id uuid not null references platform.users,
        ip_address inet, user_agent text, created_at timestamptz default now(),
        last_activity_at timestamptz default now(), expires_at timestamptz not null,
        request_count bigint default 0, revoked_at timestamptz, data jsonb);
      insert into platform.users (id, email, display_name, role, status)
        select md5('u' || i)::uuid, i || '@example.org', 'User ' || i, 'member', 'active'
        from generate_series(1, 100) i
      """;

  private static final String SESSIONS =
      """
      insert into platform.user_sessions
        (token, user_id, ip_address, user_agent, created_at, last_activity_at, expires_at,
         request_count, data)
      select 'token-' || md5(i::text) || i, md5('u' || 1 + i %% 100)::uuid, '10.0.0.1',
             'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0',
             now() - interval '23 hours', now() - i * interval '50 milliseconds',
             now() + interval '7 days', i %% 500,
             jsonb_build_object('n', i, 'theme', 'dark', 'cart', array[i, i + 1], 'locale', 'en')
      from generate_series(1, %d) i
      """;

  final String databaseUrl;
  final RedisCommands<String, String> redis;
  private final Map<String, String> settings = new LinkedHashMap<>();
  private final Connection connection;
  private final RedisClient client;

  WarmedCache(Stack stack, String database, int redisDatabase, int sessions) throws SQLException {
    databaseUrl = stack.createDatabase(database);
    connection = PostgresConnections.open(DatabaseUrl.parse(databaseUrl), "verify-it");
    execute(SCHEMA);
    execute(SESSIONS.formatted(sessions));
    execute("vacuum analyze");
    String redisUrl = stack.redisUrl() + "/" + redisDatabase;
    client = RedisClient.create(redisUrl);
    redis = client.connect().sync();
    redis.flushdb();
    settings.put("database.url", databaseUrl);
    settings.put("redis.url", redisUrl);
    settings.put("lease.ttl", "12h"); // nobody renews it
    settings.put("guard.ttl", "24h");
    Map<String, String> ofWarm = new LinkedHashMap<>(settings);
    ofWarm.put("warm.count", Integer.toString(2 * sessions));
    ofWarm.put("warm.target", "0");
    try (CacheWarmer warmer = new CacheWarmer(Map.of(), ofWarm)) {
      var unused = warmer.startInBackground().join();
    }
    settings.put("staleness.bound", "1s");
  }

  /** Of the command. */
  Map<String, String> settings() {
    return settings;
  }

  Configuration configuration() {
    return Configuration.load(new Sources(null, Map.of(), settings), Verify.SECTIONS, List.of());
  }

  VerifyRun verify(String... options) {
    List<String> all = new ArrayList<>(List.of(options));
    all.add("--json");
    all.add("--quiet");
    return VerifyRun.of(settings, all.toArray(String[]::new));
  }

  void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Keys of so many live sessions, in no order. */
  List<String> keys(int count) throws SQLException {
    List<String> keys = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "select token from platform.user_sessions where revoked_at is null"
                    + " order by md5(token) limit "
                    + count)) {
      while (rows.next()) {
        keys.add(PREFIX + rows.getString(1));
      }
    }
    return keys;
  }

  @Override
  public void close() throws SQLException {
    redis.flushdb();
    client.shutdown();
    connection.close();
  }
}
