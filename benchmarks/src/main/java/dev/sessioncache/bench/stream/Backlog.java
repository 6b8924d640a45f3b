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
 * Activity of sessions, each change a transaction of its own. It ends with a change of a few
 * sessions, whose {@code request_count} tells when a reader of the log has come to its end.
 */
public final class Backlog {

  /** So many that each lane has some. */
  public static final int MARKED = 32;

  /** So many changes come first, and do not count: meanwhile a follower gets under way. */
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
   * From where to where.
   *
   * @param lead changes before what counts
   * @param begin position of the log behind the lead
   * @param changes that count
   * @param last {@code request_count} of the marked sessions once all of it is done
   */
  public record Marks(long lead, String begin, long changes, long last) {}

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
   * Makes so many changes beside those of the marks and the lead, and leaves Postgres at rest.
   *
   * @param number of the backlog; each has another
   */
  public Marks write(int number, int changes) throws SQLException {
    long last = 1_000_000_000L + number * 1_000_000L;
    long lead = Math.min(changes, LEAD);
    try (Connection connection = bench.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("set synchronous_commit = off");
      statement.execute(CHANGES.formatted(lead));
      String begin = bench.ask("select pg_current_wal_insert_lsn()");
      statement.execute(CHANGES.formatted(changes));
      mark(connection, last);
      // Not beside the one that reads it first.
      statement.execute("vacuum platform.user_sessions");
      statement.execute("checkpoint");
      return new Marks(lead, begin, changes + MARKED, last);
    }
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
