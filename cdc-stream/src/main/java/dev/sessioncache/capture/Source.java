package dev.sessioncache.capture;

import dev.sessioncache.command.OperationException;
import dev.sessioncache.mapping.SessionMapping;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import org.postgresql.replication.LogSequenceNumber;

/**
 * The source database, seen over an ordinary connection: its settings, its slot, its publication.
 * Used by one thread.
 */
final class Source {

  private static final String SLOT =
      """
      select plugin, database, confirmed_flush_lsn::text as confirmed, active,
             coalesce(wal_status, '') = 'lost' or restart_lsn is null as lost
      from pg_replication_slots where slot_name = ?
      """;

  private final Connection connection;
  private final CaptureSettings settings;

  Source(Connection connection, CaptureSettings settings) {
    this.connection = connection;
    this.settings = settings;
  }

  /**
   * Refuses a server that can't be captured from, by the first reason found.
   *
   * @throws OperationException which says what to change
   */
  void check() throws SQLException {
    if (bool("select pg_is_in_recovery()")) {
      throw new OperationException(
          "Postgres is a standby: capture needs the primary (DATABASE_URL)");
    }
    requireLogical(text("show wal_level"));
    if (!bool("select rolreplication or rolsuper from pg_roles where rolname = current_user")) {
      throw new OperationException(
          "the role of DATABASE_URL may not replicate: run ALTER ROLE "
              + text("select quote_ident(current_user)")
              + " REPLICATION as a superuser");
    }
  }

  static void requireLogical(String walLevel) {
    if (!walLevel.equals("logical")) {
      throw new OperationException(
          "wal_level is "
              + walLevel
              + ", capture needs logical: set wal_level = logical in postgresql.conf and restart"
              + " Postgres");
    }
  }

  /**
   * Creates the publication of the two tables when it is missing, and refuses one that lacks a
   * table.
   */
  void ensurePublication(SessionMapping mapping) throws SQLException {
    if (!exists("select 1 from pg_publication where pubname = ?", settings.publication())) {
      String create =
          "create publication "
              + settings.publication()
              + " for table "
              + mapping.sessions().name().sql()
              + ", "
              + mapping.users().name().sql()
              + " with (publish_via_partition_root = true)";
      try (Statement statement = connection.createStatement()) {
        statement.execute(create);
      } catch (SQLException e) {
        throw new OperationException(
            "the publication is missing and we may not create it; as the tables' owner run: "
                + create,
            e);
      }
    }
    if (!exists(
        "select 1 from pg_publication where pubname = ? and pubinsert and pubupdate and pubdelete and pubtruncate",
        settings.publication())) {
      throw new OperationException(
          "publication "
              + settings.publication()
              + " leaves out some operations, which would lose revocations: run"
              + " ALTER PUBLICATION "
              + settings.publication()
              + " SET (publish = 'insert, update, delete, truncate')");
    }
    for (var table : List.of(mapping.sessions().name(), mapping.users().name())) {
      if (!exists(
          "select 1 from pg_publication_tables where pubname = ? and schemaname = ? and tablename = ?",
          settings.publication(),
          table.schema(),
          table.table())) {
        throw new OperationException(
            "publication "
                + settings.publication()
                + " lacks "
                + table
                + ": run ALTER PUBLICATION "
                + settings.publication()
                + " ADD TABLE "
                + table.sql());
      }
    }
  }

  SourceState state() throws SQLException {
    String systemId = text("select system_identifier::text from pg_control_system()");
    int timeline =
        Integer.parseInt(text("select left(pg_walfile_name(pg_current_wal_lsn()), 8)"), 16);
    try (PreparedStatement statement = connection.prepareStatement(SLOT)) {
      statement.setString(1, settings.slot());
      try (ResultSet row = statement.executeQuery()) {
        return new SourceState(
            systemId, timeline, row.next() ? Optional.of(slot(row)) : Optional.empty());
      }
    }
  }

  private static SourceState.Slot slot(ResultSet row) throws SQLException {
    String confirmed = row.getString("confirmed");
    String database = row.getString("database");
    return new SourceState.Slot(
        row.getString("plugin"),
        database == null ? "" : database,
        confirmed == null ? 0 : LogSequenceNumber.valueOf(confirmed).asLong(),
        row.getBoolean("active"),
        row.getBoolean("lost"));
  }

  /** Drops the slot if it is there; a new baseline starts with a slot of its own. */
  void dropSlot(String database) throws SQLException {
    boolean foreign =
        state()
            .slot()
            .filter(slot -> !slot.plugin().equals("pgoutput") || !slot.database().equals(database))
            .isPresent();
    if (foreign) {
      throw new OperationException(
          "slot "
              + settings.slot()
              + " belongs to another program or database: name one of our own with capture.slot");
    }
    try (PreparedStatement statement =
        connection.prepareStatement(
            "select pg_drop_replication_slot(slot_name) from pg_replication_slots where slot_name = ?")) {
      statement.setString(1, settings.slot());
      statement.execute();
    }
  }

  /**
   * Tries to become the one capture of this slot. The lock is held until the connection ends, so it
   * is free again as soon as its holder is gone.
   */
  boolean tryLock() throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "select pg_try_advisory_lock(hashtextextended('session-cache-warmer/' || ?, 0))")) {
      statement.setString(1, settings.slot());
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getBoolean(1);
      }
    }
  }

  /** Fails when the connection has ended, and with it the lock. */
  void keepLock() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("");
    }
  }

  private boolean exists(String query, String... parameters) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(query)) {
      for (int i = 0; i < parameters.length; i++) {
        statement.setString(i + 1, parameters[i]);
      }
      try (ResultSet row = statement.executeQuery()) {
        return row.next();
      }
    }
  }

  private boolean bool(String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      return row.next() && row.getBoolean(1);
    }
  }

  private String text(String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getString(1);
    }
  }
}
