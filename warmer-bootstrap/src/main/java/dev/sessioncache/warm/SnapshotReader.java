package dev.sessioncache.warm;

import dev.sessioncache.command.OperationException;
import dev.sessioncache.guard.PgSnapshot;
import dev.sessioncache.guard.SnapshotPosition;
import dev.sessioncache.live.LiveRule;
import dev.sessioncache.mapping.Column;
import dev.sessioncache.mapping.Identifiers;
import dev.sessioncache.mapping.MappingSettings;
import dev.sessioncache.mapping.SessionMapping;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.OffsetDateTime;

/**
 * One REPEATABLE READ transaction on the primary: what it sees, its position, and the live sessions
 * as a stream that is never in memory as a whole.
 *
 * <p>Owned by one warm and used by its thread, except for {@link #cancel()}. Its transaction holds
 * no row lock, and Postgres ends it when the warm has been silent for longer than it may take.
 */
final class SnapshotReader implements AutoCloseable {

  static final int FETCH_SIZE = 1000;

  /** The first with {@code pg_current_snapshot()}. */
  static final int OLDEST_POSTGRES = 13;

  /** Ours to notice first that time is up. */
  private static final Duration SERVER_GRACE = Duration.ofMillis(250);

  private static final Duration NETWORK_GRACE = Duration.ofSeconds(5);

  /** Texts must be the same whatever the role's or the driver's own settings are. */
  private static final String BEGIN =
      """
      set transaction isolation level repeatable read, read only;
      set local timezone = 'UTC';
      set local datestyle = 'ISO, YMD';
      set local extra_float_digits = 1;
      set local jit = off;
      set local statement_timeout = %1$d;
      set local idle_in_transaction_session_timeout = %1$d
      """;

  private static final String POSITION =
      """
      select pg_is_in_recovery(),
             pg_current_snapshot()::text,
             case when not pg_is_in_recovery()
                  then left(pg_walfile_name(pg_current_wal_lsn()), 8) end,
             clock_timestamp()
      """;

  private final Connection connection;
  private final SnapshotPosition position;
  private final ServerClock clock;
  private final Statement statement;

  private SnapshotReader(Connection connection, SnapshotPosition position, ServerClock clock)
      throws SQLException {
    this.connection = connection;
    this.position = position;
    this.clock = clock;
    this.statement = connection.createStatement();
  }

  /**
   * Takes the snapshot.
   *
   * @param connection becomes the reader's own, whatever happens
   * @param atMost how long a statement, and the silence between two, may last
   * @throws OperationException when the server can't give a snapshot that the guard could compare
   */
  static SnapshotReader begin(Connection connection, Duration atMost) throws SQLException {
    try {
      return take(connection, atMost);
    } catch (SQLException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  private static SnapshotReader take(Connection connection, Duration atMost) throws SQLException {
    int version = connection.getMetaData().getDatabaseMajorVersion();
    if (version < OLDEST_POSTGRES) {
      throw new OperationException(
          "Postgres " + version + " is too old: " + OLDEST_POSTGRES + " or newer is needed");
    }
    connection.setNetworkTimeout(Runnable::run, (int) atMost.plus(NETWORK_GRACE).toMillis());
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute(BEGIN.formatted(atMost.plus(SERVER_GRACE).toMillis()));
      try (ResultSet row = statement.executeQuery(POSITION)) {
        row.next();
        if (row.getBoolean(1)) {
          throw new OperationException(
              "DATABASE_URL names a replica, whose snapshot can't be compared with the stream: name"
                  + " the primary");
        }
        int timeline = Integer.parseUnsignedInt(row.getString(3), 16);
        PgSnapshot snapshot = PgSnapshot.parse(row.getString(2));
        ServerClock clock = ServerClock.readNow(row.getObject(4, OffsetDateTime.class).toInstant());
        return new SnapshotReader(connection, new SnapshotPosition(timeline, snapshot), clock);
      }
    }
  }

  /** The position of every write made from this snapshot. */
  SnapshotPosition position() {
    return position;
  }

  /** The clock of Postgres, by which sessions expire; read with the snapshot. */
  ServerClock clock() {
    return clock;
  }

  /**
   * Checks the mapping against the catalog, as this snapshot has it.
   *
   * @throws OperationException when a table, a column or a usable type is missing
   */
  SessionMapping resolve(MappingSettings settings) throws SQLException {
    return SessionMapping.resolve(settings, connection);
  }

  /**
   * At most so many live sessions, the most recently active first. The query runs at the first
   * call.
   */
  RowSource hottest(SessionMapping mapping, int count) throws SQLException {
    statement.setFetchSize(FETCH_SIZE);
    return new RowStream(statement, sql(mapping, count), mapping);
  }

  static String sql(SessionMapping mapping, int count) {
    return "select %s, %s from %s s join %s u on u.%s = s.%s where %s order by s.%s desc limit %d"
        .formatted(
            mapping.sessions().sqlTexts("s"),
            mapping.users().sqlTexts("u"),
            mapping.sessions().name().sql(),
            mapping.users().name().sql(),
            quoted(mapping.users().primaryKey()),
            quoted(mapping.sessionUser()),
            new LiveRule(mapping).sql(),
            quoted(mapping.activity()),
            count);
  }

  private static String quoted(Column column) {
    return Identifiers.quote(column.name());
  }

  /** Makes a running query or fetch fail soon. From any thread. */
  void cancel() {
    try {
      statement.cancel();
    } catch (SQLException e) {
      // Then it is not running, or Postgres is gone, which the reading thread notices itself.
    }
  }

  /** Closes the connection, and with it the transaction. */
  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
