package dev.sessioncache.reader;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;

import dev.sessioncache.config.Configuration;
import dev.sessioncache.config.DatabaseUrl;
import dev.sessioncache.config.RedisUrl;
import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.guard.PgSnapshot;
import dev.sessioncache.guard.SnapshotPosition;
import dev.sessioncache.localstack.Stack;
import dev.sessioncache.mapping.MappingSettings;
import dev.sessioncache.mapping.TokenHash;
import dev.sessioncache.mapping.TokenKey;
import dev.sessioncache.postgres.PostgresConnections;
import dev.sessioncache.redis.RedisConnection;
import dev.sessioncache.redis.RedisConnections;
import dev.sessioncache.redis.RedisSettings;
import io.lettuce.core.RedisException;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The servers of one test, and in place of the stream what it does for readers: pulses, and
 * removals.
 */
final class Servers implements AutoCloseable {

  static final Duration SOON = Duration.ofMinutes(1);

  /** Of the stream, unless a test sets another one: no pause of a busy machine is as long. */
  static final Duration BOUND = Duration.ofMinutes(5);

  static final Map<String, String> COLUMNS =
      Map.of("document.session", "id,user_id,expires_at,request_count", "document.user", "role");
  private static final GuardSettings GUARD = GuardSettings.defaults();

  /**
   * Of readers, unless a test sets others: no pause of a busy machine is as long, and L1 outlasts
   * {@link #SOON}.
   */
  private static final Map<String, String> SETTINGS =
      Map.of("reader.timeout", "20s", "reader.redis.timeout", "5s", "reader.l1.max-age", "5m");

  private static final String SCHEMA =
      """
      create schema platform;
      create table platform.users (
        id uuid primary key, role text not null, status text not null);
      create table platform.user_sessions (
        id uuid primary key default gen_random_uuid(), token text not null unique,
        user_id uuid not null references platform.users,
        created_at timestamptz not null default now(), last_activity_at timestamptz not null,
        expires_at timestamptz not null, request_count bigint not null default 0,
        revoked_at timestamptz);
      insert into platform.users values
        ('00000000-0000-0000-0000-000000000001', 'admin', 'active'),
        ('00000000-0000-0000-0000-000000000002', 'member', 'banned')
      """;

  final MeterRegistry meters = new SimpleMeterRegistry();
  final RedisConnection redis;
  private final String databaseUrl;
  private final String redisUrl;
  private final Connection postgres;
  private final RedisConnections connections;
  private Duration bound = BOUND;
  private Map<String, String> columns = COLUMNS;
  private TokenHash ofStream = TokenHash.NONE;
  private final ScheduledExecutorService pulses = Executors.newSingleThreadScheduledExecutor();

  Servers(Stack stack, String database, int redisDatabase) throws SQLException {
    this.databaseUrl = stack.createDatabase(database);
    this.redisUrl = stack.redisUrl() + "/" + redisDatabase;
    this.postgres = PostgresConnections.open(DatabaseUrl.parse(databaseUrl), "reader-it");
    execute(SCHEMA);
    this.connections = new RedisConnections(RedisUrl.parse(redisUrl), "reader-it");
    this.redis = connections.open();
    redis.sync().flushdb();
  }

  /** What the stream promises from now on. */
  void setBound(Duration bound) {
    this.bound = bound;
  }

  /** Readers, and the stream, hash tokens from now on. */
  void hashTokens(String key) {
    columns = new HashMap<>(COLUMNS);
    columns.put("token.hash", "hmac-sha256");
    columns.put("token.hash.key", key);
    ofStream = TokenHash.hmacSha256(TokenKey.parse(key));
  }

  /** The stream alone hashes them otherwise. */
  void streamHashes(String key) {
    ofStream = TokenHash.hmacSha256(TokenKey.parse(key));
  }

  SessionCache open() {
    return open(Map.of());
  }

  /** With some of {@link ReaderSettings} changed. */
  SessionCache open(Map<String, String> settings) {
    return open(settings, redisUrl);
  }

  SessionCache open(Map<String, String> settings, String url) {
    return open(settings, url, databaseUrl, Configuration.section(MappingSettings.class, columns));
  }

  SessionCache openThrough(String otherDatabaseUrl, Map<String, String> settings) {
    return open(
        settings,
        redisUrl,
        otherDatabaseUrl,
        Configuration.section(MappingSettings.class, COLUMNS));
  }

  SessionCache openWithoutStatus() {
    Map<String, String> columns = new HashMap<>(COLUMNS);
    columns.put("user.status", "");
    return open(
        Map.of(), redisUrl, databaseUrl, Configuration.section(MappingSettings.class, columns));
  }

  private SessionCache open(
      Map<String, String> settings, String redis, String database, MappingSettings mapping) {
    Map<String, String> all = new HashMap<>(SETTINGS);
    all.putAll(settings);
    return SessionCache.open(
        new SessionCache.Servers(
            DatabaseUrl.parse(database),
            new RedisSettings(RedisUrl.parse(redis), Optional.empty())),
        mapping,
        GUARD,
        Configuration.section(ReaderSettings.class, all),
        meters);
  }

  String databaseUrl() {
    return databaseUrl;
  }

  /** As of a stream that keeps all lanes current. */
  void pulse() {
    beat();
    var unused = pulses.scheduleAtFixedRate(this::beat, 200, 200, TimeUnit.MILLISECONDS);
  }

  private void beat() {
    try {
      watermark(Duration.ZERO);
    } catch (RedisException e) {
      // Redis is down; the next one may reach it.
    }
  }

  void watermark(Duration ago) {
    long at = System.currentTimeMillis() - ago.toMillis();
    for (int lane = 0; lane < 2; lane++) {
      String mark =
          "{\"at\":\"\",\"at_ms\":%d,\"lanes\":2,\"bound_ms\":%d,\"token_hash\":\"%s\"}"
              .formatted(at, bound.toMillis(), ofStream.fingerprint());
      redis.sync().set(GUARD.watermarkKey(lane).getBytes(UTF_8), mark.getBytes(UTF_8));
    }
  }

  void forgetWatermarks() {
    redis.sync().del(GUARD.watermarkKey(0).getBytes(UTF_8), GUARD.watermarkKey(1).getBytes(UTF_8));
  }

  /** Adds a live session of the first user. */
  void session(String token) throws SQLException {
    session(token, 1, "now()", "now() + interval '7 days'");
  }

  void session(String token, int user, String activity, String expires) throws SQLException {
    execute(
        """
        insert into platform.user_sessions (token, user_id, last_activity_at, expires_at)
        values ('%s', '00000000-0000-0000-0000-00000000000%d', %s, %s)
        """
            .formatted(token, user, activity, expires));
  }

  void revoke(String token) throws SQLException {
    execute("update platform.user_sessions set revoked_at = now() where token = '" + token + "'");
  }

  /** As the stream, once it has brought the session's end: what was read before stays away. */
  void takeAway(String token) throws SQLException {
    redis.sync().set(GUARD.guardKey(keyText(token)).getBytes(UTF_8), position().getBytes(UTF_8));
    redis.sync().del(key(token));
  }

  private String position() throws SQLException {
    String sql =
        "select left(pg_walfile_name(pg_current_wal_lsn()), 8), pg_current_snapshot()::text";
    try (Statement statement = postgres.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      int timeline = Integer.parseUnsignedInt(row.getString(1), 16);
      return new SnapshotPosition(timeline, PgSnapshot.parse(row.getString(2))).encode();
    }
  }

  /** As a server that has lost the removal: a value stands where there is none any more. */
  void bringBack(String token, String valueOf) {
    byte[] value = redis.sync().get(key(valueOf));
    if (value != null) {
      redis.sync().set(key(token), value);
    }
  }

  boolean isCached(String token) {
    return redis.sync().exists(key(token)) == 1;
  }

  /** All that is cached. */
  List<String> cached() {
    return redis.sync().keys("session:*").stream().map(key -> new String(key, UTF_8)).toList();
  }

  /** Until all writes to Redis that wait have been made: they go in order. */
  void awaitFills(SessionCache sessions) throws SQLException {
    session("filled");
    await("filled")
        .atMost(SOON)
        .until(
            () -> {
              sessions.warm("filled").toCompletableFuture().get(1, TimeUnit.MINUTES);
              return isCached("filled");
            });
  }

  private byte[] key(String token) {
    return keyText(token).getBytes(UTF_8);
  }

  private String keyText(String token) {
    return "session:" + ofStream.of(token);
  }

  void execute(String sql) throws SQLException {
    try (Statement statement = postgres.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Connections of readers to Postgres. */
  int readerConnections() throws SQLException {
    return readers("true");
  }

  /** Those of them that wait for {@link #locked}. */
  int readersThatWait() throws SQLException {
    return readers("wait_event_type = 'Lock'");
  }

  private int readers(String condition) throws SQLException {
    String sql =
        "select count(*) from pg_stat_activity where application_name = 'session-cache-reader'"
            + " and datname = current_database() and "
            + condition;
    try (Statement statement = postgres.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getInt(1);
    }
  }

  Connection locked() throws SQLException {
    Connection locker = PostgresConnections.open(DatabaseUrl.parse(databaseUrl), "locker");
    locker.setAutoCommit(false);
    try (Statement statement = locker.createStatement()) {
      statement.execute("lock table platform.user_sessions in access exclusive mode");
    }
    return locker;
  }

  double count(String meter) {
    return meters.get(meter).counter().count();
  }

  @Override
  public void close() throws SQLException {
    pulses.shutdownNow();
    redis.sync().flushdb();
    connections.close();
    postgres.close();
  }
}
