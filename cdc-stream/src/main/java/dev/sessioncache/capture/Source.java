package dev.sessioncache.capture;

import dev.sessioncache.command.OperationException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postgresql.replication.LogSequenceNumber;

/**
 * The source database, seen over an ordinary connection: its settings, its slot, its publication.
 * Used by one thread.
 */
final class Source {

  /** The lock of the one capture of a slot, which is the parameter. */
  private static final String LOCK = "hashtextextended('session-cache-warmer/' || ?, 0)";

  private static final String SLOT =
      """
      select plugin, database, confirmed_flush_lsn::text as confirmed, active,
             coalesce(wal_status, '') = 'lost' or restart_lsn is null as lost,
             case when pg_is_in_recovery() then 0
                  else pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn) end as retained,
             (select sent_lsn::text from pg_stat_replication where pid = active_pid) as sent
      from pg_replication_slots where slot_name = ?
      """;

  /** Longer names are cut off by Postgres. */
  private static final int NAME_LENGTH = 63;

  private static final String LIMIT_IDLE =
      """
      select set_config(name, ?, false) from pg_settings
      where name in ('idle_session_timeout', 'idle_in_transaction_session_timeout')
      """;

  private final Connection connection;
  private final CaptureSettings settings;
  private final Publication publication;

  Source(Connection connection, CaptureSettings settings, Publication publication) {
    this.connection = connection;
    this.settings = settings;
    this.publication = publication;
  }

  /** In {@code pg_stat_activity}, of one that holds the lock or waits for it. */
  static String connectionName(String slot) {
    String name = "session-cache-warmer capture " + slot;
    return name.substring(0, Math.min(name.length(), NAME_LENGTH));
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

  SourceState state() throws SQLException {
    String systemId = text("select system_identifier::text from pg_control_system()");
    int timeline =
        Integer.parseInt(text("select left(pg_walfile_name(pg_current_wal_lsn()), 8)"), 16);
    long clockMillis =
        Long.parseLong(text("select (extract(epoch from clock_timestamp()) * 1000)::bigint"));
    return new SourceState(systemId, timeline, clockMillis, publication.identity(), slot());
  }

  /** The slot as it is now; empty when there is none. */
  Optional<SourceState.Slot> slot() throws SQLException {
    return slot(connection, settings.slot());
  }

  /** A slot as it is now; empty when there is none of that name. */
  static Optional<SourceState.Slot> slot(Connection connection, String name) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(SLOT)) {
      statement.setString(1, name);
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? Optional.of(slot(row)) : Optional.empty();
      }
    }
  }

  private static SourceState.Slot slot(ResultSet row) throws SQLException {
    String database = row.getString("database");
    return new SourceState.Slot(
        row.getString("plugin"),
        database == null ? "" : database,
        lsn(row.getString("confirmed")),
        row.getBoolean("active"),
        row.getBoolean("lost"),
        lsn(row.getString("sent")),
        row.getLong("retained"));
  }

  private static long lsn(@Nullable String text) {
    return text == null ? 0 : LogSequenceNumber.valueOf(text).asLong();
  }

  /**
   * Refuses a slot of another program or database.
   *
   * @throws OperationException which says what to do
   */
  static void requireOurs(SourceState.Slot slot, String name, String database) {
    if (!slot.plugin().equals("pgoutput") || !slot.database().equals(database)) {
      throw new OperationException(
          "slot "
              + name
              + " belongs to another program or database: name one of our own with capture.slot");
    }
  }

  /** Drops the slot if it is there; a new baseline starts with a slot of its own. */
  void dropSlot(String database) throws SQLException {
    dropSlot(connection, settings.slot(), database);
  }

  /** As {@link #dropSlot(String)}, and tells whether it was there. */
  static boolean dropSlot(Connection connection, String name, String database) throws SQLException {
    Optional<SourceState.Slot> present = slot(connection, name);
    if (present.isPresent()) {
      requireOurs(present.get(), name, database);
    }
    try (PreparedStatement statement =
        connection.prepareStatement(
            "select pg_drop_replication_slot(slot_name) from pg_replication_slots where slot_name ="
                + " ?")) {
      statement.setString(1, name);
      statement.execute();
    }
    return present.isPresent();
  }

  /**
   * Tries to become the one capture of this slot. The lock is held until the connection ends, so it
   * is free again as soon as its holder is gone.
   */
  boolean tryLock() throws SQLException {
    return tryLock(connection, settings.slot());
  }

  /** Whether somebody is the one capture of this slot, or is about to be. */
  boolean isLocked() throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            """
            select exists (
              select from pg_locks
              where locktype = 'advisory' and granted and objsubid = 1
                and database = (select oid from pg_database where datname = current_database())
                and (classid::bigint << 32) | objid::bigint
                    = %s)
            """
                .formatted(LOCK))) {
      statement.setString(1, settings.slot());
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getBoolean(1);
      }
    }
  }

  /** As {@link #tryLock()}, for that slot. */
  static boolean tryLock(Connection connection, String slot) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("select pg_try_advisory_lock(" + LOCK + ")")) {
      statement.setString(1, slot);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getBoolean(1);
      }
    }
  }

  /**
   * Lets Postgres end this session, and with it the lock, when we have not been heard of for {@link
   * CaptureSettings#sessionTimeout}: as one that is frozen is not, whose host still answers for it,
   * nor one whose host is gone. Else it would keep the lock, and no standby could take over. {@link
   * #keepLock} is the sign of life. Before Postgres 14 only a host that is gone is noticed, within
   * ten seconds.
   */
  void noticeOurEnd() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "set tcp_keepalives_idle = 4; set tcp_keepalives_interval = 2; set tcp_keepalives_count ="
              + " 3; set tcp_user_timeout = '10s'");
    }
    try (PreparedStatement statement = connection.prepareStatement(LIMIT_IDLE)) {
      statement.setString(1, settings.sessionTimeout().toMillis() + "ms");
      statement.execute();
    }
  }

  /**
   * Lets Postgres end what waits for a lock (55P03) or takes long (57014) before the network
   * timeout does, which would look as if Postgres did not answer.
   */
  void limitWaits() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("set lock_timeout = '5s'; set statement_timeout = '8s'");
    }
  }

  /** Fails when the connection has ended, and with it the lock. */
  void keepLock() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("");
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
