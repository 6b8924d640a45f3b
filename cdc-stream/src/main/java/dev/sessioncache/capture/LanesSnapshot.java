package dev.sessioncache.capture;

import dev.sessioncache.live.LiveRule;
import dev.sessioncache.mapping.Column;
import dev.sessioncache.mapping.ColumnType.Scalar;
import dev.sessioncache.mapping.Lanes;
import dev.sessioncache.mapping.SessionMapping;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import org.postgresql.replication.LogSequenceNumber;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads from Postgres in which lanes the sessions in use stand, so that the first change of each
 * need not be told to all lanes (docs/decisions/0002). What it can't read in time, or at all,
 * capture does without.
 *
 * <p>A row that somebody has touched is left out, whether that was committed or not: a commit is in
 * the log before a query sees it, and waits there for a synchronous standby. Capture may have read
 * it long ago, and then nobody would tell of it again.
 */
final class LanesSnapshot {

  private static final Logger log = LoggerFactory.getLogger(LanesSnapshot.class);

  /** Capture, and who waits for one to take over, begins after it. */
  private static final Duration AT_MOST = Duration.ofSeconds(2);

  /** An application that changes the table waits behind us, as all others then do behind it. */
  private static final String LIMITS =
      "set local statement_timeout = '2s'; set local lock_timeout = '200ms'";

  /** Small enough for the buffers of a socket: else one that is frozen would keep its lock. */
  private static final int FETCH_SIZE = 1_000;

  /** Of columns that Postgres and Debezium are known to write alike; a lane is made of text. */
  private static final Set<Scalar> SAME_TEXT = EnumSet.of(Scalar.STRING, Scalar.INTEGER);

  private final Connection connection;
  private final SessionMapping mapping;
  private final Lanes lanes;

  /**
   * @param connection its use is the sign of life by which capture keeps its lock; limits how long
   *     a statement may take
   */
  LanesSnapshot(Connection connection, SessionMapping mapping, Lanes lanes) {
    this.connection = connection;
    this.mapping = mapping;
    this.lanes = lanes;
  }

  /**
   * Takes it, which lasts seconds at most.
   *
   * @throws SQLException when the connection has ended
   */
  SessionLanes take() throws SQLException {
    SessionLanes found = new SessionLanes();
    if (!isSameText(mapping.sessions().primaryKey()) || !isSameText(mapping.sessionUser())) {
      return found;
    }
    connection.setAutoCommit(false); // else all rows are fetched at once
    try {
      read(found);
      connection.rollback();
    } catch (SQLException e) {
      rollBackAfter(e);
      log.info("event=session_lanes_unknown sqlstate={}", e.getSQLState());
    }
    connection.setAutoCommit(true);
    return found;
  }

  private void rollBackAfter(SQLException failure) throws SQLException {
    try {
      connection.rollback();
    } catch (SQLException e) {
      failure.addSuppressed(e);
      throw failure;
    }
  }

  private static boolean isSameText(Column column) {
    return !column.type().array() && SAME_TEXT.contains(column.type().scalar());
  }

  private void read(SessionLanes found) throws SQLException {
    long began = System.nanoTime();
    long sessions = 0;
    boolean all = false;
    try (Statement statement = connection.createStatement()) {
      statement.execute(LIMITS);
      statement.setFetchSize(FETCH_SIZE);
      try (ResultSet rows = statement.executeQuery(query())) {
        while (!all && System.nanoTime() - began < AT_MOST.toNanos()) {
          all = !rows.next();
          if (!all) {
            String user = Objects.requireNonNullElse(rows.getString(2), "");
            found.inSnapshot(rows.getString(1), lanes.of(user));
            sessions++;
          }
        }
      }
    }
    found.snapshotEndsAt(endOfLog());
    log.info(
        "event=session_lanes_known sessions={} all={} ms={}",
        sessions,
        all,
        Duration.ofNanos(System.nanoTime() - began).toMillis());
  }

  private String query() {
    return "select %s, %s from %s s where %s and s.xmax = 0 limit %d"
        .formatted(
            mapping.sessions().primaryKey().sqlText("s"),
            mapping.sessionUser().sqlText("s"),
            mapping.sessions().name().sql(),
            new LiveRule(mapping).insideWindowSql(),
            SessionLanes.MOST);
  }

  /** Behind all that the snapshot has seen, since it is asked for later. */
  private long endOfLog() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("select pg_current_wal_insert_lsn()::text")) {
      row.next();
      return LogSequenceNumber.valueOf(row.getString(1)).asLong();
    }
  }
}
