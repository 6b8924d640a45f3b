package dev.sessioncache.demo.check;

import dev.sessioncache.demo.data.Cache;
import dev.sessioncache.demo.data.Liveness;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Computes documents and liveness in Postgres. For one thread, on a connection of its own. */
final class ExpectedSessions implements AutoCloseable {

  /** Takes the sessions of a result, a batch at a time. */
  @FunctionalInterface
  interface Batches {
    void take(List<ExpectedSession> batch) throws SQLException;
  }

  /**
   * A session this close to its end is judged neither way: clocks differ and a check takes time.
   */
  static final Duration MARGIN = Duration.ofSeconds(5);

  private static final int BATCH = 1_000;

  private static final String TIMESTAMP = "to_char(%s at time zone 'UTC', '%s')";
  private static final String FORMAT = "YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"";

  /**
   * to_json prints an inet as Postgres shows it, where a cast to text would add /32. A value of a
   * session that left the window unused lapses with its lease; it is dead when it is there longer.
   */
  private static final String SELECT =
      """
      select s.id, s.token,
        %1$s and s.expires_at > now() + interval '%2$s seconds'
          and s.last_activity_at > now() - interval '%3$s seconds'
          and s.last_activity_at > ?,
        not (%1$s) or s.expires_at < now() - interval '%2$s seconds'
          or s.last_activity_at < now() - interval '%4$s seconds',
        (extract(epoch from s.expires_at - clock_timestamp()) * 1000)::bigint,
        json_build_object(
          'id', s.id, 'user_id', s.user_id, 'ip_address', to_json(s.ip_address),
          'user_agent', s.user_agent, 'created_at', %5$s, 'last_activity_at', %6$s,
          'expires_at', %7$s, 'request_count', s.request_count, 'data', s.data,
          'user', json_build_object(
            'email', u.email, 'display_name', u.display_name, 'role', u.role))
      from platform.user_sessions s join platform.users u on u.id = s.user_id where
      """
          .formatted(
              Liveness.UNREVOKED,
              MARGIN.toSeconds(),
              Liveness.WINDOW.minus(MARGIN).toSeconds(),
              Liveness.WINDOW.plus(Cache.LEASE).plus(MARGIN).toSeconds(),
              TIMESTAMP.formatted("s.created_at", FORMAT),
              TIMESTAMP.formatted("s.last_activity_at", FORMAT),
              TIMESTAMP.formatted("s.expires_at", FORMAT));

  private static final String OF_BUDGET =
      SELECT + Liveness.LIVE + " and s.last_activity_at > ? order by s.last_activity_at desc";

  private static final String BY_TOKEN = SELECT + " s.token = any (?)";

  private final Connection connection;
  private final Budget budget;

  ExpectedSessions(Connection connection, Budget budget) throws SQLException {
    this.connection = connection;
    this.budget = budget;
    connection.setAutoCommit(false);
  }

  /** All live sessions of the budget, the most recently used first, as one query sees them. */
  void ofBudget(Batches batches) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(OF_BUDGET)) {
      select.setObject(1, budget.cutoff());
      select.setObject(2, budget.cutoff());
      select.setFetchSize(BATCH);
      try (ResultSet rows = select.executeQuery()) {
        List<ExpectedSession> batch = new ArrayList<>(BATCH);
        while (rows.next()) {
          batch.add(session(rows));
          if (batch.size() == BATCH) {
            batches.take(batch);
            batch = new ArrayList<>(BATCH);
          }
        }
        batches.take(batch);
      }
    } finally {
      connection.rollback();
    }
  }

  /** The sessions with these tokens, live or not; those that do not exist are left out. */
  List<ExpectedSession> withTokens(List<String> tokens) throws SQLException {
    Array array = connection.createArrayOf("text", tokens.toArray());
    try (PreparedStatement select = connection.prepareStatement(BY_TOKEN)) {
      select.setObject(1, budget.cutoff());
      select.setArray(2, array);
      try (ResultSet rows = select.executeQuery()) {
        List<ExpectedSession> sessions = new ArrayList<>(tokens.size());
        while (rows.next()) {
          sessions.add(session(rows));
        }
        return sessions;
      }
    } finally {
      connection.rollback();
    }
  }

  private static ExpectedSession session(ResultSet row) throws SQLException {
    return new ExpectedSession(
        row.getObject(1, UUID.class),
        row.getString(2),
        row.getBoolean(3),
        row.getBoolean(4),
        row.getLong(5),
        row.getString(6));
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
