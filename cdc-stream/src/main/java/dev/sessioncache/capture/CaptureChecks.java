package dev.sessioncache.capture;

import dev.sessioncache.command.OperationException;
import dev.sessioncache.mapping.SessionMapping;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;

/**
 * What capture demands of Postgres, each demand by itself, for those who look before it starts.
 * Changes nothing. Used by one thread.
 */
public final class CaptureChecks {

  /**
   * The slot.
   *
   * @param active whether somebody reads it
   * @param held whether our embedded engine has it for itself, which may read all sessions before
   *     it reads the log
   * @param lost whether it can't be read on
   * @param retainedBytes of log that Postgres keeps for it
   */
  public record SlotState(boolean active, boolean held, boolean lost, long retainedBytes) {}

  private static final String MAY_CREATE =
      """
      select has_database_privilege(current_database(), 'CREATE')
             and bool_and(pg_has_role(c.relowner, 'MEMBER'))
      from pg_class c where c.oid in (to_regclass('%s'), to_regclass('%s'))
      """;

  private static final String FREE_SLOTS =
      """
      select current_setting('max_replication_slots')::int
             - (select count(*) from pg_replication_slots)
      """;

  private final Connection connection;
  private final CaptureSettings settings;
  private final SessionMapping mapping;
  private final Publication publication;
  private final Source source;

  public CaptureChecks(Connection connection, CaptureSettings settings, SessionMapping mapping) {
    this.connection = connection;
    this.settings = settings;
    this.mapping = mapping;
    this.publication = new Publication(connection, settings.publication(), mapping);
    this.source = new Source(connection, settings, publication);
  }

  /**
   * The server and our role.
   *
   * @throws OperationException which says what to change
   */
  public void server() throws SQLException {
    source.check();
  }

  /**
   * The two tables.
   *
   * @throws OperationException which says what to change
   */
  public void tables() throws SQLException {
    new TableChecks(connection, mapping).check();
  }

  /**
   * The publication.
   *
   * @return whether it is there; if not, the first start creates it
   * @throws OperationException when it leaves something out, or is missing and we may not create it
   */
  public boolean publication() throws SQLException {
    if (publication.exists()) {
      publication.check();
      return true;
    }
    String mayCreate =
        MAY_CREATE.formatted(
            mapping.sessions().name().sql().replace("'", "''"),
            mapping.users().name().sql().replace("'", "''"));
    if (!text(mayCreate).equals("t")) {
      throw new OperationException(publication.missing());
    }
    return false;
  }

  /**
   * The slot.
   *
   * @return empty when it is not there yet: the first start makes it
   * @throws OperationException when it is not ours, or there is no room for it
   */
  public Optional<SlotState> slot() throws SQLException {
    Optional<SourceState.Slot> slot = source.slot();
    if (slot.isPresent()) {
      Source.requireOurs(slot.get(), settings.slot(), text("select current_database()"));
    }
    if (slot.isEmpty() && text(FREE_SLOTS).equals("0")) {
      throw new OperationException(
          "all replication slots of Postgres are taken: raise max_replication_slots, or drop one"
              + " that nobody needs (pg_replication_slots)");
    }
    boolean held = settings.engine() == CaptureEngine.EMBEDDED && source.isLocked();
    return slot.map(
        present -> new SlotState(present.active(), held, present.lost(), present.retainedBytes()));
  }

  /** How much log Postgres keeps for slots at most, as it prints it; {@code -1} for no limit. */
  public String limitOfLog() throws SQLException {
    return text("select current_setting('max_slot_wal_keep_size')");
  }

  private String text(String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return String.valueOf(row.getString(1));
    }
  }
}
