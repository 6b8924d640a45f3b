package dev.sessioncache.warm;

import dev.sessioncache.command.OperationException;
import dev.sessioncache.guard.PgSnapshot;
import dev.sessioncache.guard.SnapshotPosition;
import dev.sessioncache.postgres.ServerClock;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.postgresql.PGConnection;

/**
 * One REPEATABLE READ transaction: what it sees and its position. Also the right to warm one Redis,
 * which only one transaction of the primary has at a time.
 *
 * <p>Owned by one warm and used by its thread, except for {@link #cancel()}. A transaction that
 * reads locks both tables as any SELECT does (ACCESS SHARE); Postgres ends one whose warm has been
 * silent for longer than it may take. The right is an <a
 * href="https://www.postgresql.org/docs/17/explicit-locking.html#ADVISORY-LOCKS">advisory lock</a>
 * of the transaction: it ends with the connection, so with the process that is killed.
 */
public final class SnapshotReader {

  /** The first with {@code pg_current_snapshot()}. */
  static final int OLDEST_POSTGRES = 13;

  private static final String SNAPSHOT = "repeatable read";
  private static final String NO_SNAPSHOT = "read committed";

  /** Ours to notice first that time is up. */
  private static final Duration SERVER_GRACE = Duration.ofMillis(250);

  private static final Duration NETWORK_GRACE = Duration.ofSeconds(5);

  /**
   * Texts must be the same whatever the role's or the driver's own settings are. A server that
   * can't send, since the warm is frozen, notices no timeout but that of TCP.
   */
  private static final String BEGIN =
      """
      set transaction isolation level %2$s, read only;
      set local timezone = 'UTC';
      set local datestyle = 'ISO, YMD';
      set local extra_float_digits = 1;
      set local jit = off;
      set local statement_timeout = %1$d;
      set local idle_in_transaction_session_timeout = %1$d;
      set local tcp_user_timeout = %1$d
      """;

  /** The statement that takes the snapshot, so it is about as new as the right. */
  private static final String LOCK =
      "select pg_try_advisory_xact_lock(hashtextextended('session-cache-warmer ' || ?, 0))";

  /** A standby has the timeline that it replays on disk: in a checkpoint, or later than that. */
  private static final String POSITION =
      """
      select pg_is_in_recovery(),
             pg_current_snapshot()::text,
             case when pg_is_in_recovery()
                  then (select to_hex(greatest(c.timeline_id, r.min_recovery_end_timeline))
                        from pg_control_checkpoint() c, pg_control_recovery() r)
                  else left(pg_walfile_name(pg_current_wal_lsn()), 8) end,
             clock_timestamp()
      """;

  private final Connection connection;
  private final SnapshotPosition position;
  private final ServerClock clock;
  private final boolean ofStandby;

  private SnapshotReader(
      Connection connection, SnapshotPosition position, ServerClock clock, boolean ofStandby) {
    this.connection = connection;
    this.position = position;
    this.clock = clock;
    this.ofStandby = ofStandby;
  }

  /**
   * Takes the snapshot and the right to warm, both on the primary.
   *
   * @param atMost how long a statement, and the silence between two, may last
   * @param redis a name of the Redis that is to be warmed
   * @return empty when another transaction has the right; then this one is over
   * @throws OperationException when the server can't give a snapshot that the guard could compare
   */
  static Optional<SnapshotReader> begin(Connection connection, Duration atMost, String redis)
      throws SQLException {
    start(connection, atMost, SNAPSHOT);
    if (hasRight(connection, redis)) {
      SnapshotReader snapshot = take(connection);
      if (snapshot.ofStandby) {
        throw PrimaryMark.isReplica();
      }
      return Optional.of(snapshot);
    }
    connection.rollback();
    return Optional.empty();
  }

  /**
   * Takes the right to warm, for one who reads elsewhere. The transaction goes on without a
   * snapshot, so it does not hold back vacuum.
   *
   * @return how far the primary was when the right had been taken; empty when another has it
   */
  static Optional<PrimaryMark> mark(Connection primary, Duration atMost, String redis)
      throws SQLException {
    start(primary, atMost, NO_SNAPSHOT);
    if (hasRight(primary, redis)) {
      return Optional.of(PrimaryMark.read(primary));
    }
    primary.rollback();
    return Optional.empty();
  }

  /** Takes a snapshot on whichever server this is, without a right to warm. */
  public static SnapshotReader look(Connection connection, Duration atMost) throws SQLException {
    start(connection, atMost, SNAPSHOT);
    return take(connection);
  }

  /** The same, with the clock of another server. */
  SnapshotReader by(ServerClock other) {
    return new SnapshotReader(connection, position, other, ofStandby);
  }

  /** Begins a transaction that sees the snapshot of another one, named by {@link #export}. */
  static void join(Connection connection, Duration atMost, String snapshot) throws SQLException {
    start(connection, atMost, SNAPSHOT);
    try (Statement statement = connection.createStatement()) {
      statement.execute("set transaction snapshot '" + snapshot.replace("'", "''") + "'");
    }
  }

  private static void start(Connection connection, Duration atMost, String isolation)
      throws SQLException {
    int version = connection.getMetaData().getDatabaseMajorVersion();
    if (version < OLDEST_POSTGRES) {
      throw new OperationException(
          "Postgres " + version + " is too old: " + OLDEST_POSTGRES + " or newer is needed");
    }
    long millis = Math.max(1, atMost.toMillis());
    connection.setNetworkTimeout(Runnable::run, (int) (millis + NETWORK_GRACE.toMillis()));
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute(BEGIN.formatted(millis + SERVER_GRACE.toMillis(), isolation));
    }
  }

  private static SnapshotReader take(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(POSITION)) {
      row.next();
      PgSnapshot shown = PgSnapshot.parse(row.getString(2));
      boolean ofStandby = row.getBoolean(1);
      PgSnapshot snapshot = ofStandby ? ofStandby(shown) : shown;
      int timeline = Integer.parseUnsignedInt(row.getString(3), 16);
      ServerClock clock = ServerClock.of(row, 4);
      return new SnapshotReader(
          connection, new SnapshotPosition(timeline, snapshot), clock, ofStandby);
    }
  }

  /**
   * A standby does not know which of the ids from xmin on are still running, so none of them may
   * count as seen. It sees more than it says, never less.
   *
   * @see <a
   *     href="https://github.com/postgres/postgres/blob/REL_17_STABLE/src/backend/storage/ipc/procarray.c">
   *     GetSnapshotData: in recovery, all running ids are kept as those of subtransactions</a>
   */
  private static PgSnapshot ofStandby(PgSnapshot shown) {
    return new PgSnapshot(shown.xmin(), shown.xmin(), List.of());
  }

  private static boolean hasRight(Connection connection, String redis) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(LOCK)) {
      statement.setString(1, redis);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getBoolean(1);
      }
    }
  }

  /**
   * A name by which other transactions can see the same, while this one lasts.
   *
   * @see <a
   *     href="https://www.postgresql.org/docs/17/functions-admin.html#FUNCTIONS-SNAPSHOT-SYNCHRONIZATION">
   *     pg_export_snapshot</a>
   */
  String export() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("select pg_export_snapshot()")) {
      row.next();
      return row.getString(1);
    }
  }

  /** Whether this server is a replica, which may be behind. */
  public boolean ofStandby() {
    return ofStandby;
  }

  /** The position of every write made from this snapshot. */
  public SnapshotPosition position() {
    return position;
  }

  /** The clock of the primary, by which sessions expire and the stream tells its time. */
  public ServerClock clock() {
    return clock;
  }

  /** To read what the snapshot sees; it is the caller's, and ends the transaction. */
  public Connection connection() {
    return connection;
  }

  /** Makes a running query or fetch fail soon. From any thread. */
  void cancel() {
    try {
      connection.unwrap(PGConnection.class).cancelQuery();
    } catch (SQLException e) {
      // Then it is not running, or Postgres is gone, which the reading thread notices itself.
    }
  }
}
