package dev.sessioncache.changes;

import dev.sessioncache.command.OperationException;
import dev.sessioncache.guard.RowVersion;
import dev.sessioncache.guard.TransactionId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Struct;

/**
 * The row that a change event is about.
 *
 * @param ofSessions whether it is a session, else a user
 * @param id primary key as text
 * @param columns after the change; of a deletion the primary key
 */
public record ChangedRow(
    Struct source, WrittenTables.Table table, boolean ofSessions, String id, Struct columns) {

  /** Characters of a value that may stand in a record beside others. */
  private static final int LONGEST_KEPT = 1 << 20;

  /**
   * Reads an envelope of any operation but TRUNCATE.
   *
   * @throws OperationException when a deletion does not tell its primary key
   */
  public static ChangedRow of(Struct envelope, WrittenTables tables) {
    Struct source = envelope.getStruct("source");
    boolean ofSessions = source.getString("table").equals(tables.sessions().name());
    WrittenTables.Table table = ofSessions ? tables.sessions() : tables.users();
    boolean deleted = envelope.getString("op").equals("d");
    Struct columns = envelope.getStruct(deleted ? "before" : "after");
    String idColumn = table.primaryKey();
    if (deleted && columns.get(idColumn) == null) {
      throw new OperationException(
          "a deletion in "
              + table.name()
              + " does not tell its "
              + idColumn
              + ": set REPLICA IDENTITY DEFAULT, drop our replication slot and start again");
    }
    return new ChangedRow(source, table, ofSessions, text(columns, idColumn), columns);
  }

  public String key() {
    return ChangeFormat.rowKey(table.name(), id);
  }

  /** Whose session it is; one without a user is nobody's: of the empty id, and never live. */
  public String userOfSession(WrittenTables tables) {
    return text(columns, tables.sessionUser());
  }

  /** Empty when Postgres does not tell it. */
  public String token(WrittenTables tables) {
    return text(columns, tables.token());
  }

  public ControlRecords moved() {
    return ControlRecords.moved(table.name(), table.primaryKey(), id, version());
  }

  /**
   * Stands in place of the row: only what says which cached value is to go.
   *
   * @param read whether a baseline has read it
   */
  public ControlRecords tooLarge(WrittenTables tables, boolean read) {
    Map<String, String> kept = new LinkedHashMap<>();
    if (ofSessions) {
      for (String column : List.of(tables.token(), tables.sessionUser())) {
        String value = text(columns, column);
        if (value.length() <= LONGEST_KEPT) {
          kept.put(column, value);
        }
      }
    }
    return ControlRecords.tooLarge(
        table.name(),
        table.primaryKey(),
        id,
        kept,
        read ? new RowVersion(0, version().transaction()) : version(),
        source.getInt64("ts_us"));
  }

  public RowVersion version() {
    return new RowVersion(source.getInt64("lsn"), TransactionId.of(source.getInt64("txId")));
  }

  /** A column as text; empty for null. */
  public static String text(Struct columns, String column) {
    Object value = columns.get(column);
    return value == null ? "" : value.toString();
  }
}
