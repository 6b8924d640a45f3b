package dev.sessioncache.project;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sessioncache.changes.ChangeFormat;
import dev.sessioncache.changes.Epoch;
import dev.sessioncache.guard.RowVersion;
import dev.sessioncache.guard.TransactionId;
import dev.sessioncache.mapping.Column;
import dev.sessioncache.mapping.MappedTable;
import dev.sessioncache.mapping.Row;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A row as the lane's state keeps it: the mapped columns in the form of the change event.
 *
 * @param epoch in which a baseline or a change last confirmed the row
 * @param columns mapped columns by name; the node is the row's own and never changed
 */
record StoredRow(Epoch epoch, RowVersion version, ObjectNode columns) implements Row {

  /** Among the columns of a row that is {@link #unusable}; no column has such a name. */
  private static final String UNUSABLE = "\u0000unusable";

  /** Among the columns of a session that has a priority. */
  private static final String PRIORITY = "\u0000priority";

  /**
   * Takes the mapped columns of a change; values that it leaves out as unchanged come from the old
   * row.
   */
  static StoredRow of(
      MappedTable table,
      Epoch epoch,
      RowVersion version,
      ObjectNode fields,
      @Nullable StoredRow old) {
    ObjectNode columns = fields.objectNode();
    for (Column column : table.columns()) {
      JsonNode value = fields.get(column.name());
      if (value != null && isUnchangedMark(value) && old != null) {
        value = old.columns.get(column.name());
      }
      if (value != null) {
        columns.set(column.name(), value);
      }
    }
    return new StoredRow(epoch, version, columns);
  }

  /**
   * What is left of the row when a change of it could not be read: newer than the row was, older
   * than any other change, and without the values that may have changed.
   *
   * @param unseen stands for the transaction that made the change
   * @param kept columns that say which cached value is to go
   */
  StoredRow unusable(TransactionId unseen, List<Column> kept) {
    if (columns.has(UNUSABLE)) {
      return this;
    }
    ObjectNode left = columns.objectNode().put(UNUSABLE, true);
    for (Column column : kept) {
      left.set(column.name(), columns.path(column.name()));
    }
    return new StoredRow(epoch, new RowVersion(version.lsn() + 1, unseen), left);
  }

  /** The row with its priority, which is the stream's own and no column. */
  StoredRow withPriority(double priority) {
    ObjectNode ranked = columns.objectNode();
    ranked.setAll(columns);
    return new StoredRow(epoch, version, ranked.put(PRIORITY, priority));
  }

  /** The priority that the session has; null when it was never given one. */
  @Nullable Double priority() {
    JsonNode stored = columns.get(PRIORITY);
    return stored == null ? null : stored.doubleValue();
  }

  /** Whether a change is older than this row and so brings nothing new. */
  boolean isNewerThan(Epoch otherEpoch, RowVersion other) {
    int epochs = epoch.compareTo(otherEpoch);
    return epochs > 0 || (epochs == 0 && Long.compareUnsigned(version.lsn(), other.lsn()) > 0);
  }

  /**
   * Whether all mapped values are known. One that is missing is not null: a change may have been
   * written before the column was mapped or after it was renamed, and without the former row an
   * unchanged TOAST value is not known either.
   */
  boolean isComplete(MappedTable table) {
    if (columns.has(UNUSABLE)) {
      return false;
    }
    for (Column column : table.columns()) {
      JsonNode value = columns.get(column.name());
      if (value == null || isUnchangedMark(value)) {
        return false;
      }
    }
    return true;
  }

  /** About how much its values take. */
  int characters() {
    int characters = 0;
    for (JsonNode value : columns) {
      characters += value.isTextual() ? value.textValue().length() : value.toString().length();
    }
    return characters;
  }

  private static boolean isUnchangedMark(JsonNode value) {
    JsonNode scalar = value.isArray() && value.size() == 1 ? value.get(0) : value;
    return scalar.isTextual() && scalar.textValue().equals(ChangeFormat.UNCHANGED);
  }

  @Override
  public @Nullable String text(Column column) {
    JsonNode value = columns.get(column.name());
    if (value == null || value.isNull()) {
      return null;
    }
    return value.isValueNode() ? value.asText() : value.toString();
  }
}
