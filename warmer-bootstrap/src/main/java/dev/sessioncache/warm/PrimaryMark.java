package dev.sessioncache.warm;

import dev.sessioncache.command.OperationException;
import dev.sessioncache.postgres.ServerClock;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * How far the log of the primary had been flushed at a moment. All that a stream could have told
 * Redis by then stands before it, since a walsender sends what has been flushed.
 *
 * @param system the identifier of the cluster, which its replicas share
 * @param timeline of the log
 * @param flushed a position in the log, a {@code pg_lsn}
 * @param clock of the primary
 * @see <a href="https://www.postgresql.org/docs/17/functions-admin.html#FUNCTIONS-ADMIN-BACKUP">
 *     pg_current_wal_flush_lsn</a>
 */
record PrimaryMark(String system, int timeline, String flushed, ServerClock clock) {

  private static final String QUERY =
      """
      select system_identifier::text,
             case when not pg_is_in_recovery()
                  then left(pg_walfile_name(pg_current_wal_lsn()), 8) end,
             case when not pg_is_in_recovery() then pg_current_wal_flush_lsn()::text end,
             clock_timestamp()
      from pg_control_system()
      """;

  /**
   * Reads it now.
   *
   * @throws OperationException when the server is not a primary
   */
  static PrimaryMark read(Connection primary) throws SQLException {
    try (Statement statement = primary.createStatement();
        ResultSet row = statement.executeQuery(QUERY)) {
      row.next();
      if (row.getString(2) == null) {
        throw isReplica();
      }
      return new PrimaryMark(
          row.getString(1),
          Integer.parseUnsignedInt(row.getString(2), 16),
          row.getString(3),
          ServerClock.of(row, 4));
    }
  }

  /** What the operator has to do when the server of DATABASE_URL is no primary. */
  static OperationException isReplica() {
    return new OperationException(
        "DATABASE_URL names a replica: name the primary there, and the replica in"
            + " WARM_DATABASE_URL");
  }
}
