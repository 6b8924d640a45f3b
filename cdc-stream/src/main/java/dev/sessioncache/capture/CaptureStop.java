package dev.sessioncache.capture;

import dev.sessioncache.command.OperationException;
import dev.sessioncache.config.DatabaseUrl;
import dev.sessioncache.postgres.PostgresConnections;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * Keeps capture from running for as long as it is open, for one who rebuilds what capture writes
 * to. It holds the lock that a capture needs. Used by one thread.
 */
public final class CaptureStop implements AutoCloseable {

  private static final String OTHERS =
      """
      select count(*) from pg_stat_activity
      where datname = current_database() and application_name = ? and pid <> pg_backend_pid()
      """;

  private final DatabaseUrl database;
  private final String slot;
  private final Connection connection;

  private CaptureStop(DatabaseUrl database, String slot, Connection connection) {
    this.database = database;
    this.slot = slot;
    this.connection = connection;
  }

  /**
   * Takes the lock.
   *
   * @throws OperationException when a capture runs or stands by, or somebody reads the slot
   */
  public static CaptureStop hold(DatabaseUrl database, CaptureSettings settings) {
    Connection connection = PostgresConnections.open(database, "session-cache-warmer lanes");
    CaptureStop stop = new CaptureStop(database, settings.slot(), connection);
    try {
      stop.refuseWhatRuns();
      return stop;
    } catch (OperationException e) {
      stop.close();
      throw e;
    }
  }

  private void refuseWhatRuns() {
    try {
      if (!Source.tryLock(connection, slot) || standby()) {
        throw new OperationException(
            "a capture of slot " + slot + " runs or stands by: stop all instances of the stream");
      }
      if (Source.slot(connection, slot).map(SourceState.Slot::active).orElse(false)) {
        throw new OperationException(
            "slot "
                + slot
                + " is being read: stop all instances of the stream; one that was killed lets go of"
                + " it after capture.session.timeout");
      }
    } catch (SQLException e) {
      throw new OperationException("the slot can't be looked at", e);
    }
  }

  /** One that waits for the lock would go on, with what it knows of the lanes, once we let go. */
  private boolean standby() throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(OTHERS)) {
      statement.setString(1, Source.connectionName(slot));
      try (ResultSet row = statement.executeQuery()) {
        return row.next() && row.getLong(1) > 0;
      }
    }
  }

  /**
   * Drops the slot: the next capture finds that it is gone, and begins a baseline of a higher
   * number.
   *
   * @return whether it was there
   */
  public boolean dropSlot() {
    try {
      return Source.dropSlot(connection, slot, database.database());
    } catch (SQLException e) {
      throw new OperationException("slot " + slot + " can't be dropped: is the role its owner?", e);
    }
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      // It is gone, and the lock with it.
    }
  }
}
