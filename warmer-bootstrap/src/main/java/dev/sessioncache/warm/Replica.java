package dev.sessioncache.warm;

import dev.sessioncache.command.BelowTargetException;
import dev.sessioncache.command.OperationException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;

/**
 * A hot standby that is read in place of the primary. It is waited for until it has replayed what
 * the primary had flushed when the warm got its right, so its snapshot is no older than the warm:
 * whatever it does not show yet has a guard in Redis that outlives the warm, as with a snapshot of
 * the primary. Used by the thread of one warm.
 */
final class Replica {

  private static final Duration ASK_AGAIN_EVERY = Duration.ofMillis(50);

  /** For an answer that costs the server nothing. */
  private static final int ANSWER_MILLIS = 5_000;

  private static final String IDENTITY =
      "select pg_is_in_recovery(), system_identifier::text from pg_control_system()";

  /** Less than 0 when it has replayed more; null when it has become a primary. */
  private static final String BYTES_BEHIND =
      """
      select case when pg_is_in_recovery()
                  then pg_wal_lsn_diff(?::pg_lsn, coalesce(pg_last_wal_replay_lsn(), '0/0')) end
      """;

  private final Connection connection;
  private final End end;

  /**
   * @param connection of its own, not in a transaction
   */
  Replica(Connection connection, End end) {
    this.connection = connection;
    this.end = end;
  }

  /**
   * Takes a snapshot that shows all that stood in the primary's log at the mark.
   *
   * @throws OperationException when it replicates another server, or does not catch up in time
   */
  SnapshotReader snapshot(PrimaryMark primary) throws SQLException, InterruptedException {
    connection.setNetworkTimeout(Runnable::run, ANSWER_MILLIS);
    if (!isReplicaOf(primary)) {
      throw noReplica();
    }
    catchUp(primary);
    SnapshotReader snapshot =
        SnapshotReader.look(connection, end.deadline().left()).by(primary.clock());
    int timeline = snapshot.position().timeline();
    if (timeline != primary.timeline()) {
      throw new OperationException(
          ("WARM_DATABASE_URL names a replica on timeline %d, the primary is on %d: read another"
                  + " one, or run CHECKPOINT there if it has followed a failover just now")
              .formatted(timeline, primary.timeline()));
    }
    return snapshot;
  }

  private void catchUp(PrimaryMark primary) throws SQLException, InterruptedException {
    long behind = bytesBehind(primary);
    while (behind > 0) {
      if (end.stop().requested()) {
        throw new OperationException(
            "stopped while it waited for the replica; nothing was written");
      }
      if (end.isNear()) {
        throw new BelowTargetException(
            "the replica of WARM_DATABASE_URL has not caught up in time, it is %d bytes behind: leave"
                    .formatted(behind)
                + " the variable out to read the primary");
      }
      end.sleep(ASK_AGAIN_EVERY);
      behind = bytesBehind(primary);
    }
  }

  private long bytesBehind(PrimaryMark primary) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(BYTES_BEHIND)) {
      statement.setString(1, primary.flushed());
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        long bytes = row.getLong(1);
        if (row.wasNull()) {
          throw noReplica();
        }
        return bytes;
      }
    }
  }

  /**
   * A server that is not in recovery may be the primary itself, or a copy of it that nobody feeds:
   * these two look alike.
   */
  private boolean isReplicaOf(PrimaryMark primary) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(IDENTITY);
        ResultSet row = statement.executeQuery()) {
      row.next();
      return row.getBoolean(1) && row.getString(2).equals(primary.system());
    }
  }

  private static OperationException noReplica() {
    return new OperationException(
        "WARM_DATABASE_URL names a server that is no replica of the one in DATABASE_URL: name one,"
            + " or leave the variable out");
  }
}
