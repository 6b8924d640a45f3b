package dev.sessioncache.changes;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sessioncache.guard.RowVersion;
import dev.sessioncache.guard.TransactionId;
import java.util.Map;

/**
 * The records of {@code changes} that carry no row.
 *
 * @param key record key
 * @param value record value, JSON
 */
public record ControlRecords(String key, byte[] value) {

  /** Key of a pulse. */
  public static final String PULSE_KEY = ChangeFormat.controlKey(ChangeFormat.OP_PULSE);

  /** Key of a baseline's end. */
  public static final String BASELINE_END_KEY =
      ChangeFormat.controlKey(ChangeFormat.OP_BASELINE_END);

  public static ControlRecords pulse(long atMillis, boolean complete) {
    return control(
        ChangeFormat.OP_PULSE,
        fields().put(ChangeFormat.AT_MS, atMillis).put(ChangeFormat.COMPLETE, complete));
  }

  /** A capture's first record in a lane; what matters is its term header. */
  public static ControlRecords term() {
    return control(ChangeFormat.OP_TERM, fields());
  }

  public static ControlRecords baselineBegin() {
    return control(ChangeFormat.OP_BASELINE_BEGIN, fields());
  }

  public static ControlRecords baselineEnd(TransactionId transaction) {
    return control(
        ChangeFormat.OP_BASELINE_END,
        fields().put(ChangeFormat.TX_ID, Integer.toUnsignedLong(transaction.bits())));
  }

  /**
   * Stands in place of a row that is too large for a record, under the row's own key.
   *
   * @param idColumn name of the primary key
   * @param kept columns that say which cached value is to go
   * @param version of the row; log position 0 for one that a baseline read
   */
  public static ControlRecords tooLarge(
      String table,
      String idColumn,
      String id,
      Map<String, String> kept,
      RowVersion version,
      long committedAtMicros) {
    ObjectNode fields =
        row(table, idColumn, id, version).put(ChangeFormat.SOURCE_US, committedAtMicros);
    kept.forEach(fields::put);
    return new ControlRecords(
        ChangeFormat.rowKey(table, id), json(ChangeFormat.OP_TOO_LARGE, fields));
  }

  /** For a lane that a session may have left, under the row's own key: there it is gone. */
  public static ControlRecords moved(String table, String idColumn, String id, RowVersion version) {
    return new ControlRecords(
        ChangeFormat.rowKey(table, id),
        json(ChangeFormat.OP_MOVED, row(table, idColumn, id, version)));
  }

  private static ControlRecords control(String op, ObjectNode fields) {
    return new ControlRecords(ChangeFormat.controlKey(op), json(op, fields));
  }

  private static ObjectNode row(String table, String idColumn, String id, RowVersion version) {
    return fields()
        .put(idColumn, id)
        .put(ChangeFormat.TABLE, table)
        .put(ChangeFormat.LSN, version.lsn())
        .put(ChangeFormat.TX_ID, Integer.toUnsignedLong(version.transaction().bits()));
  }

  private static ObjectNode fields() {
    return JsonNodeFactory.instance.objectNode();
  }

  private static byte[] json(String op, ObjectNode fields) {
    return fields.put(ChangeFormat.OP, op).toString().getBytes(UTF_8);
  }
}
