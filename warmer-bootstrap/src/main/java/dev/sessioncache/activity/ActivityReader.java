package dev.sessioncache.activity;

import dev.sessioncache.live.LiveRule;
import dev.sessioncache.mapping.SessionMapping;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the {@link ActivityCurve}: one pass over the live sessions, grouped by recency on the
 * server in steps of two percent, so that some hundred rows come back and nothing is sorted.
 */
public final class ActivityReader {

  /** Steps per factor e of the time since the last request. */
  private static final int STEPS = 50;

  private ActivityReader() {}

  static String sql(SessionMapping mapping, ActivityRate rate) {
    return """
        select floor(ln(idle) * %d)::int as step, count(*), sum(rate)
        from (select %s as idle, %s as rate %s) as live group by step order by step"""
        .formatted(STEPS, rate.idleSql(), rate.sql(), new LiveRule(mapping).fromSql());
  }

  /** Reads the curve with a connection that is the caller's. */
  public static ActivityCurve read(Connection connection, SessionMapping mapping, ActivityRate rate)
      throws SQLException {
    List<ActivityCurve.Bucket> buckets = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql(mapping, rate))) {
      while (rows.next()) {
        buckets.add(new ActivityCurve.Bucket(rows.getLong(2), rows.getDouble(3)));
      }
    }
    return new ActivityCurve(buckets);
  }
}
