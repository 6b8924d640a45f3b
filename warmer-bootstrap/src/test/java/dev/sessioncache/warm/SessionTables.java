package dev.sessioncache.warm;

import dev.sessioncache.config.DatabaseUrl;
import dev.sessioncache.localstack.Stack;
import dev.sessioncache.postgres.PostgresConnections;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Sessions and users in a database of their own. */
final class SessionTables implements AutoCloseable {

  private static final String SCHEMA =
      """
      create schema platform;
      create table platform.users (
        id uuid primary key, email text not null, display_name text not null, role text not null,
        status text not null, updated_at timestamptz not null default now());
      create table platform.user_sessions (
        id uuid primary key default gen_random_uuid(), token text not null unique,
        user_id uuid not null references platform.users, ip_address inet, user_agent text,
        created_at timestamptz not null default now(), last_activity_at timestamptz not null,
        expires_at timestamptz not null, request_count bigint not null default 0,
        revoked_at timestamptz, data jsonb);
      insert into platform.users (id, email, display_name, role, status) values
        ('00000000-0000-0000-0000-000000000001', 'private@example.com', 'Ann "A" é', 'admin', 'active'),
        ('00000000-0000-0000-0000-000000000002', 'private2@example.com', 'Bob', 'member', 'banned')
      """;

  final String url;
  final Connection connection;

  SessionTables(Stack stack, String database) throws SQLException {
    url = stack.createDatabase(database);
    connection = PostgresConnections.open(DatabaseUrl.parse(url), "warm-it");
    execute(SCHEMA);
  }

  /** Adds live sessions {@code prefix1} (the hottest) to {@code prefixN}. */
  void addLive(String prefix, int sessions) throws SQLException {
    execute(
        """
        insert into platform.user_sessions
          (token, user_id, ip_address, user_agent, last_activity_at, expires_at, request_count, data)
        select '%s' || i, '00000000-0000-0000-0000-000000000001', '10.0.0.1', 'Agent "x"',
               now() - i * interval '1 second', now() + interval '7 days', i,
               jsonb_build_object('n', i, 'nested', array[1, 2])
        from generate_series(1, %d) i
        """
            .formatted(prefix, sessions));
  }

  /** Adds one session with the given SQL expressions. */
  void add(String token, int user, String activity, String expires, String revoked)
      throws SQLException {
    execute(
        """
        insert into platform.user_sessions
          (token, user_id, last_activity_at, expires_at, revoked_at)
        values ('%s', '00000000-0000-0000-0000-00000000000%d', %s, %s, %s)
        """
            .formatted(token, user, activity, expires, revoked));
  }

  void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  String query(String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }

  /** Whether the JSON means what SQL says the document of the session is. */
  boolean isDocument(String token, String json) throws SQLException {
    String sql =
        """
        select ?::jsonb = jsonb_build_object(
          'id', s.id, 'user_id', s.user_id, 'ip_address', host(s.ip_address),
          'user_agent', s.user_agent, 'created_at', %s, 'last_activity_at', %s, 'expires_at', %s,
          'request_count', s.request_count, 'data', s.data,
          'user', jsonb_build_object(
            'email', u.email, 'display_name', u.display_name, 'role', u.role))
        from platform.user_sessions s join platform.users u on u.id = s.user_id
        where s.token = ?
        """
            .formatted(iso("created_at"), iso("last_activity_at"), iso("expires_at"));
    try (var statement = connection.prepareStatement(sql)) {
      statement.setString(1, json);
      statement.setString(2, token);
      try (ResultSet row = statement.executeQuery()) {
        return row.next() && row.getBoolean(1);
      }
    }
  }

  private static String iso(String column) {
    return "to_char(s.%s at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')"
        .formatted(column);
  }

  /** Keeps readers of the table waiting until closed. */
  Connection locked(String table) throws SQLException {
    Connection locker = PostgresConnections.open(DatabaseUrl.parse(url), "locker");
    locker.setAutoCommit(false);
    try (Statement statement = locker.createStatement()) {
      statement.execute("lock table " + table + " in access exclusive mode");
    }
    return locker;
  }

  /** Whether a warm waits for {@link #locked}. */
  boolean warmIsWaiting() throws SQLException {
    return query(
            "select count(*) from pg_stat_activity where application_name = 'warmer-bootstrap'"
                + " and wait_event_type = 'Lock'")
        .equals("1");
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
