package dev.sessioncache.demo.check;

import dev.sessioncache.demo.data.Liveness;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;

/**
 * Which sessions a warm of the N most recently used had to bring: the live ones that were used
 * after {@code cutoff}, the last activity of the session that follows the N-th when the warm
 * starts.
 *
 * <p>As a rule over time it stays true while the traffic goes on: a session that is live and was
 * used after the cutoff either was among the N, or has changed since and came by the stream. The N
 * most recent at a later moment would not do: when sessions end, others move up that nobody was
 * asked to cache yet.
 *
 * @param cutoff exclusive
 */
public record Budget(OffsetDateTime cutoff) {

  private static final String FOLLOWER =
      "select s.last_activity_at from platform.user_sessions s"
          + " join platform.users u on u.id = s.user_id where "
          + Liveness.LIVE
          + " order by s.last_activity_at desc offset ? limit 1";

  /** The budget of a warm of {@code count} sessions that starts now. */
  public static Budget of(Connection connection, int count) throws SQLException {
    try (PreparedStatement select = connection.prepareStatement(FOLLOWER)) {
      select.setInt(1, count);
      try (ResultSet row = select.executeQuery()) {
        // With fewer live sessions than that, all of them.
        return new Budget(row.next() ? row.getObject(1, OffsetDateTime.class) : OffsetDateTime.MIN);
      }
    }
  }
}
