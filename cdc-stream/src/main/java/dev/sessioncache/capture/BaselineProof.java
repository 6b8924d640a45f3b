package dev.sessioncache.capture;

import dev.sessioncache.command.OperationException;
import dev.sessioncache.config.DatabaseUrl;
import dev.sessioncache.mapping.MappedTable;
import dev.sessioncache.mapping.SessionMapping;
import dev.sessioncache.postgres.PostgresConnections;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * Looks at the slot when the first change behind the rows of a baseline arrives. The rows were read
 * in the snapshot that was exported with the slot; were that slot dropped meanwhile, the engine
 * would have made another one and read on from there, behind a hole. The rows carry the log
 * position at which their slot begins, and a new slot begins above it. Called from the engine's
 * thread only.
 */
final class BaselineProof {

  private final DatabaseUrl database;
  private final SessionMapping mapping;

  BaselineProof(DatabaseUrl database, SessionMapping mapping) {
    this.database = database;
    this.mapping = mapping;
  }

  /**
   * Proves that nothing is missing between the rows and the first change.
   *
   * @param rows up to the last row that was read; nothing has been confirmed above
   * @throws OperationException when the baseline is to be taken again
   */
  void prove(CaptureRecord rows) {
    if (rows.lsn() == 0) {
      requireEmptyTables();
    } else {
      SlotProof.prove(database, rows);
    }
  }

  /** Without a row there is no position; then a row that is there now may stand in the hole. */
  private void requireEmptyTables() {
    try (Connection connection =
            PostgresConnections.open(database, "session-cache-warmer baseline proof");
        Statement statement = connection.createStatement()) {
      for (MappedTable table : List.of(mapping.sessions(), mapping.users())) {
        try (ResultSet row =
            statement.executeQuery("select from " + table.name().sql() + " limit 1")) {
          if (row.next()) {
            throw new OperationException("the first rows came while the baseline was read");
          }
        }
      }
    } catch (SQLException e) {
      throw new OperationException("the tables can't be looked at", e);
    }
  }
}
