package dev.sessioncache.bench.stream;

import dev.sessioncache.bench.Workbench;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * Activity of sessions, each change a transaction of its own. It begins and ends with a change of
 * the same few sessions each, whose {@code request_count} tells how far a reader of the log is.
 */
public final class Backlog {

  /** So many that each lane has some. */
  public static final int MARKED = 32;

  /**
   * So many changes come before the first mark, and do not count: when it is in Redis a follower
   * holds as many that it has read already.
   */
  private static final int LEAD = 50_000;

  private static final String CHANGES =
      """
      do $$
      declare
        ids uuid[] := array(select id from platform.user_sessions);
      begin
        for i in 1..%d loop
          update platform.user_sessions
          set last_activity_at = clock_timestamp(), request_count = request_count + 1
          where id = ids[1 + (i * 7919::bigint) %% array_length(ids, 1)];
          commit;
        end loop;
      end $$
      """;

  private static final String MARK =
      "update platform.user_sessions set last_activity_at = clock_timestamp(), request_count = ? where token = ?";

  private final Workbench bench;
  private final List<String> tokens = new ArrayList<>();

  /**
   * How far.
   *
   * @param first {@code request_count} of the marked sessions once the backlog has begun
   * @param last the same once all of it is done
   * @param changes of it
   */
  public record Marks(long first, long last, long changes) {}

  public Backlog(Workbench bench) throws SQLException {
    this.bench = bench;
    try (Connection connection = bench.connect();
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "select token from platform.user_sessions order by token limit " + MARKED)) {
      while (rows.next()) {
        tokens.add(rows.getString(1));
      }
    }
  }

  /** Of the marked sessions. */
  public List<String> tokens() {
    return tokens;
  }

  /**
   * Makes so many changes beside those of the marks, and the lead.
   *
   * @param number of the backlog; each has another
   */
  public Marks write(int number, int changes) throws SQLException {
    long first = 1_000_000_000L + 2L * number * 1_000_000L;
    long last = first + 1_000_000L;
    try (Connection connection = bench.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("set synchronous_commit = off");
      statement.execute(CHANGES.formatted(Math.min(changes, LEAD)));
      mark(connection, first);
      statement.execute(CHANGES.formatted(changes));
      mark(connection, last);
    }
    return new Marks(first, last, changes + 2L * MARKED);
  }

  private void mark(Connection connection, long count) throws SQLException {
    try (PreparedStatement update = connection.prepareStatement(MARK)) {
      for (String token : tokens) {
        update.setLong(1, count);
        update.setString(2, token);
        update.executeUpdate();
      }
    }
  }
}
