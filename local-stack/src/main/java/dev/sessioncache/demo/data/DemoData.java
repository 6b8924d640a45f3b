package dev.sessioncache.demo.data;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/**
 * The rows of the demo: {@code sessions} sessions of a quarter as many users. The same seed, size
 * and time give the same rows. Activity is skewed to the recent, user 1 has many sessions, some
 * sessions are expired or revoked, some users disabled; the numbers are in the SQL files.
 *
 * @param sessions at least 4
 * @param seed any number
 */
public record DemoData(int sessions, long seed) {

  /** Sessions that {@code up} creates unless told otherwise. */
  public static final int DEFAULT_SESSIONS = 100_000;

  static final int SESSIONS_PER_USER = 4;

  /** Far more than one takes to create. */
  private static final int MILLIS_EACH = 1;

  /** Written on the table, so that a later run knows that it may change these rows. */
  private static final String MARK = "demo data of the session cache warmer";

  public DemoData {
    if (sessions < SESSIONS_PER_USER) {
      throw new IllegalArgumentException("--sessions must be at least " + SESSIONS_PER_USER);
    }
  }

  /**
   * Creates the tables when there are none, and the rows when there are none, in one transaction.
   *
   * @throws ForeignDataException when there are rows that an earlier call did not create
   */
  public DataState createIfEmpty(Connection connection, Instant at)
      throws SQLException, ForeignDataException {
    long started = System.nanoTime();
    int timeout = connection.getNetworkTimeout();
    connection.setAutoCommit(false);
    connection.setNetworkTimeout(
        Runnable::run, timeout == 0 ? 0 : timeout + sessions * MILLIS_EACH);
    try (Statement statement = connection.createStatement()) {
      statement.execute(DemoScript.SCHEMA.text());
      boolean empty = isEmpty(statement);
      if (empty) {
        fill(connection, statement, at);
      } else {
        requireMark(statement);
      }
      connection.commit();
      return count(statement, empty, started);
    } finally {
      connection.rollback();
      connection.setAutoCommit(true);
      connection.setNetworkTimeout(Runnable::run, timeout);
    }
  }

  private static boolean isEmpty(Statement statement) throws SQLException {
    try (ResultSet row =
        statement.executeQuery(
            "select not exists (select from platform.users)"
                + " and not exists (select from platform.user_sessions)")) {
      row.next();
      return row.getBoolean(1);
    }
  }

  private void fill(Connection connection, Statement statement, Instant at) throws SQLException {
    int users = sessions / SESSIONS_PER_USER;
    OffsetDateTime time = at.atOffset(ZoneOffset.UTC);
    statement.execute(DemoScript.DRAW.text());
    try (PreparedStatement insert = connection.prepareStatement(DemoScript.USERS.text())) {
      insert.setLong(1, seed);
      insert.setInt(2, users);
      insert.setObject(3, time);
      insert.executeUpdate();
    }
    try (PreparedStatement insert = connection.prepareStatement(DemoScript.SESSIONS.text())) {
      insert.setLong(1, seed);
      insert.setInt(2, users);
      insert.setInt(3, sessions);
      insert.setObject(4, time);
      insert.executeUpdate();
    }
    statement.execute("comment on table platform.user_sessions is '" + MARK + "'");
    statement.execute("analyze platform.users, platform.user_sessions");
  }

  private static void requireMark(Statement statement) throws SQLException, ForeignDataException {
    try (ResultSet row =
        statement.executeQuery(
            "select obj_description('platform.user_sessions'::regclass, 'pg_class')")) {
      row.next();
      if (!MARK.equals(row.getString(1))) {
        throw new ForeignDataException(
            "platform.user_sessions or platform.users holds rows that are not the demo's, and"
                + " simulated traffic would change them: use an empty database, or mark the table"
                + " as expendable by: comment on table platform.user_sessions is '"
                + MARK
                + "'");
      }
    }
  }

  private static DataState count(Statement statement, boolean created, long started)
      throws SQLException {
    try (ResultSet row =
        statement.executeQuery(
            "select (select count(*) from platform.users), count(*), count(*) filter (where "
                + Liveness.LIVE
                + ") from platform.user_sessions s join platform.users u on u.id = s.user_id")) {
      row.next();
      double seconds = (System.nanoTime() - started) / 1e9;
      return new DataState(created, row.getLong(1), row.getLong(2), row.getLong(3), seconds);
    }
  }
}
