package dev.sessioncache.capture;

import dev.sessioncache.config.DatabaseUrl;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * The two tables with a ledger: a trigger writes each change of a session into it, in the
 * transaction that makes the change, so it holds what was committed and nothing else.
 */
final class SourceTables implements AutoCloseable {

  static final String USER = "00000000-0000-0000-0000-000000000001";

  /** Sessions 1 to 5000 in one command, many rows to a log position. */
  static final String COPY_5000 =
      "copy platform.user_sessions (id, token, user_id) from program"
          + " 'for i in $(seq -w 1 5000); do printf \"0000000000000000000000000000%s\\tt-%s\\t"
          + USER
          + "\\n\" $i $i; done'";

  private static final String SCHEMA =
      """
      create schema platform;
      create table platform.users (id uuid primary key, email text, display_name text, role text,
        status text);
      create table platform.user_sessions (id uuid primary key, token text unique not null,
        user_id uuid not null references platform.users on delete cascade, ip_address inet, user_agent text,
        created_at timestamptz default now(), last_activity_at timestamptz default now(),
        expires_at timestamptz default now() + interval '1 day', request_count bigint default 0,
        revoked_at timestamptz, data jsonb);
      create table platform.ledger (seq bigserial primary key, change text);
      create function platform.note() returns trigger language plpgsql as $$
        begin
          if tg_op = 'DELETE' or (tg_op = 'UPDATE' and old.id <> new.id) then
            insert into platform.ledger (change) values ('d ' || old.id);
          end if;
          if tg_op = 'INSERT' or (tg_op = 'UPDATE' and old.id <> new.id) then
            insert into platform.ledger (change) values ('c ' || new.id || ' ' || new.request_count);
          elsif tg_op = 'UPDATE' then
            insert into platform.ledger (change) values ('u ' || new.id || ' ' || new.request_count);
          end if;
          return null;
        end $$;
      create trigger note after insert or update or delete on platform.user_sessions
        for each row execute function platform.note();
      insert into platform.users values ('%s', 'ada@example.org', 'ada', 'member', 'active');
      """
          .formatted(USER);

  private final DatabaseUrl url;
  private final Connection connection;

  SourceTables(DatabaseUrl url) throws SQLException {
    this.url = url;
    this.connection = open();
    execute(SCHEMA);
  }

  /** Another connection, for a transaction of its own. */
  Connection open() throws SQLException {
    return DriverManager.getConnection(url.jdbcUrl(), url.jdbcProperties());
  }

  void execute(String statements) {
    execute(connection, statements);
  }

  static void execute(Connection connection, String statements) {
    try (Statement statement = connection.createStatement()) {
      statement.execute(statements);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Sessions with these numbers, of the one user. */
  static String insert(int first, int last) {
    return "insert into platform.user_sessions (id, token, user_id) select "
        + id("i")
        + ", 't-' || i, '"
        + USER
        + "' from generate_series("
        + first
        + ", "
        + last
        + ") i";
  }

  /** The id of the session of a number, as SQL. */
  static String id(String number) {
    return "lpad((" + number + ")::text, 32, '0')::uuid";
  }

  List<String> texts(String query) {
    List<String> texts = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      while (rows.next()) {
        texts.add(rows.getString(1));
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return texts;
  }

  long number(String query) {
    return Long.parseLong(texts(query).get(0));
  }

  /**
   * All committed changes of sessions: {@code <op> <id> <version>}, without version for a delete.
   */
  List<String> ledger() {
    return texts("select change from platform.ledger order by seq");
  }

  /** {@code <id> <version>} of each session. */
  List<String> sessions() {
    return texts("select id || ' ' || request_count from platform.user_sessions");
  }

  long nowMillis() {
    return number("select (extract(epoch from clock_timestamp()) * 1000)::bigint");
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
