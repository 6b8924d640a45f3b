package dev.sessioncache.demo.traffic;

import dev.sessioncache.demo.data.Database;
import dev.sessioncache.demo.data.Liveness;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.random.RandomGenerator;

/**
 * The sessions that are live at one moment, the most recently used first, and how users choose
 * among them: by a power law over the rank. Immutable.
 *
 * @param sessions the most recently used first
 * @param ofBusiestUser those of the user who has most
 */
record Ranking(List<SessionRef> sessions, List<SessionRef> ofBusiestUser) {

  /**
   * Rank r is chosen in proportion to r^-1.2. With the 76,000 live sessions of the default data, 96
   * % of the choices fall on the top 20,000.
   */
  static final double EXPONENT = 1.2;

  /** A larger ranking would cost more memory than its tail is worth: nearly nobody picks it. */
  private static final int MAX_SESSIONS = 250_000;

  private static final String SELECT =
      "select s.id, s.token, s.user_id, s.expires_at from platform.user_sessions s"
          + " join platform.users u on u.id = s.user_id where "
          + Liveness.LIVE
          + " order by s.last_activity_at desc limit "
          + MAX_SESSIONS;

  static Ranking load(Database database) throws SQLException {
    List<SessionRef> sessions = new ArrayList<>();
    try (Connection connection = database.connect();
        Statement select = connection.createStatement()) {
      connection.setAutoCommit(false);
      select.setFetchSize(5_000);
      try (ResultSet row = select.executeQuery(SELECT)) {
        while (row.next()) {
          sessions.add(
              new SessionRef(
                  row.getObject(1, UUID.class),
                  row.getString(2),
                  row.getObject(3, UUID.class),
                  row.getObject(4, OffsetDateTime.class).toInstant()));
        }
      }
      connection.rollback();
    }
    return new Ranking(sessions, ofBusiestUser(sessions));
  }

  /** One of the sessions; there must be some. */
  SessionRef pick(RandomGenerator random) {
    return sessions.get(rank(random.nextDouble(), sessions.size()));
  }

  /**
   * The inverse of the bounded Pareto distribution on [1, n + 1), rounded down, from zero: a
   * continuous stand-in for Zipf's law that needs no table.
   */
  static int rank(double uniform, int n) {
    double power = 1 - EXPONENT;
    double top = Math.pow(n + 1.0, power);
    double x = Math.pow(1 - uniform * (1 - top), 1 / power);
    return Math.min(n, (int) x) - 1;
  }

  private static List<SessionRef> ofBusiestUser(List<SessionRef> sessions) {
    Map<UUID, List<SessionRef>> byUser = new HashMap<>();
    List<SessionRef> busiest = List.of();
    for (SessionRef session : sessions) {
      List<SessionRef> own = byUser.computeIfAbsent(session.userId(), user -> new ArrayList<>(4));
      own.add(session);
      if (own.size() > busiest.size()) {
        busiest = own;
      }
    }
    return busiest;
  }
}
