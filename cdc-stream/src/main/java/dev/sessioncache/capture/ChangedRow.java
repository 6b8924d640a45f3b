package dev.sessioncache.capture;

import dev.sessioncache.changes.ChangeFormat;
import dev.sessioncache.changes.ControlRecords;
import dev.sessioncache.command.OperationException;
import dev.sessioncache.guard.RowVersion;
import dev.sessioncache.guard.TransactionId;
import dev.sessioncache.mapping.Column;
import dev.sessioncache.mapping.MappedTable;
import dev.sessioncache.mapping.SessionMapping;
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
record ChangedRow(Struct source, MappedTable table, boolean ofSessions, String id, Struct columns) {

  /** Characters of a value that may stand in a record beside others. */
  private static final int LONGEST_KEPT = 1 << 20;

  /**
   * Reads an envelope of any operation but TRUNCATE.
   *
   * @throws OperationException when a deletion does not tell its primary key
   */
  static ChangedRow of(Struct envelope, SessionMapping mapping) {
    Struct source = envelope.getStruct("source");
    boolean ofSessions = source.getString("table").equals(mapping.sessions().name().table());
    MappedTable table = ofSessions ? mapping.sessions() : mapping.users();
    boolean deleted = envelope.getString("op").equals("d");
    Struct columns = envelope.getStruct(deleted ? "before" : "after");
    String idColumn = table.primaryKey().name();
    if (deleted && columns.get(idColumn) == null) {
      throw new OperationException(
          "a deletion in "
              + table.name().table()
              + " does not tell its "
              + idColumn
              + ": set REPLICA IDENTITY DEFAULT, drop our replication slot and start again");
    }
    return new ChangedRow(source, table, ofSessions, text(columns, idColumn), columns);
  }

  String key() {
    return ChangeFormat.rowKey(table.name().table(), id);
  }

  /** Whose session it is; one without a user is nobody's: of the empty id, and never live. */
  String userOfSession(SessionMapping mapping) {
    return text(columns, mapping.sessionUser().name());
  }

  ControlRecords moved() {
    return ControlRecords.moved(table.name().table(), table.primaryKey().name(), id, version());
  }

  /**
   * Stands in place of the row: only what says which cached value is to go.
   *
   * @param read whether a baseline has read it
   */
  ControlRecords tooLarge(SessionMapping mapping, boolean read) {
    Map<String, String> kept = new LinkedHashMap<>();
    if (ofSessions) {
      for (Column column : List.of(mapping.token(), mapping.sessionUser())) {
        String value = text(columns, column.name());
        if (value.length() <= LONGEST_KEPT) {
          kept.put(column.name(), value);
        }
      }
    }
    return ControlRecords.tooLarge(
        table.name().table(),
        table.primaryKey().name(),
        id,
        kept,
        read ? new RowVersion(0, version().transaction()) : version(),
        source.getInt64("ts_us"));
  }

  private RowVersion version() {
    return new RowVersion(source.getInt64("lsn"), TransactionId.of(source.getInt64("txId")));
  }

  private static String text(Struct columns, String column) {
    Object value = columns.get(column);
    return value == null ? "" : value.toString();
  }
}
