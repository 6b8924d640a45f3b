package dev.sessioncache.connect;

import dev.sessioncache.changes.ChangeFormat;
import dev.sessioncache.changes.ChangedRow;
import dev.sessioncache.changes.ControlRecords;
import dev.sessioncache.changes.RowJson;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/**
 * Which record a row change becomes, and in which lane it goes. An event becomes one record at
 * most, so where capture writes to every lane this needs to know the one: of a session that is
 * deleted, or gets another user, the user before (docs/connect.md).
 */
final class RowPlacement {

  /**
   * Of the deletion and the insert that Debezium makes of an update of {@code message.key.columns}:
   * the key after, see <a
   * href="https://debezium.io/documentation/reference/stable/connectors/postgresql.html#postgresql-primary-key-updates">
   * primary key updates</a>.
   */
  private static final String NEW_KEY = "__debezium.newkey";

  private final TransformSettings settings;
  private final RowJson json = new RowJson();

  RowPlacement(TransformSettings settings) {
    this.settings = settings;
  }

  Placed truncate(Struct envelope) {
    requireOurs(envelope);
    if (settings.lanes().count() > 1) {
      throw new DataException(
          "TRUNCATE of "
              + table(envelope)
              + " can't reach all lanes through Kafka Connect: begin a new baseline, as"
              + " docs/connect.md says under \"A new baseline\"");
    }
    return Placed.of(
        settings.topic(),
        0,
        envelope.getStruct("source").getString("table"),
        json.flatten(envelope));
  }

  Placed upsert(Struct envelope, SourceRecord record) {
    ChangedRow row = row(envelope, record);
    boolean read = envelope.getString("op").equals("r");
    byte[] value = json.flatten(envelope);
    if (value.length > ChangeFormat.MAX_VALUE_BYTES) {
      value = row.tooLarge(settings.tables(), read).value();
    }
    Placed placed = Placed.of(settings.topic(), lane(row), row.key(), value);
    return read
        ? placed.with(
            ChangeFormat.READ_AT_HEADER,
            Long.toString(envelope.getStruct("source").getInt64("lsn")))
        : placed;
  }

  /** Null for a session that stays in its lane: what follows says all. */
  @Nullable Placed delete(Struct envelope, SourceRecord record) {
    ChangedRow row = row(envelope, record);
    if (row.ofSessions()) {
      requireUser(row);
      Header newKey = record.headers().lastWithName(NEW_KEY);
      if (newKey != null && newKey.value() instanceof Struct after && isOf(row, after)) {
        return moved(row, after);
      }
    }
    return Placed.tombstone(settings.topic(), lane(row), row.key(), json.flatten(envelope));
  }

  private boolean isOf(ChangedRow row, Struct key) {
    return ChangedRow.text(key, settings.tables().sessions().primaryKey()).equals(row.id());
  }

  private @Nullable Placed moved(ChangedRow row, Struct after) {
    int left = lane(row);
    int entered = settings.lanes().of(ChangedRow.text(after, settings.tables().sessionUser()));
    if (left == entered) {
      return null;
    }
    ControlRecords moved = row.moved();
    return Placed.tombstone(settings.topic(), left, moved.key(), moved.value());
  }

  private int lane(ChangedRow row) {
    return settings.lanes().of(row.ofSessions() ? row.userOfSession(settings.tables()) : row.id());
  }

  private ChangedRow row(Struct envelope, SourceRecord record) {
    requireOurs(envelope);
    ChangedRow row = ChangedRow.of(envelope, settings.tables());
    if (row.ofSessions() && !names(record.key(), settings.tables().sessionUser())) {
      throw new DataException(
          "the key of a change of "
              + settings.sessions()
              + " lacks the session's user: set message.key.columns="
              + settings.sessions()
              + ":"
              + settings.tables().sessions().primaryKey()
              + ","
              + settings.tables().sessionUser());
    }
    return row;
  }

  private static boolean names(@Nullable Object key, String column) {
    return key instanceof Struct columns && columns.schema().field(column) != null;
  }

  private void requireOurs(Struct envelope) {
    String table = table(envelope);
    if (!table.equals(settings.sessions().toString())
        && !table.equals(settings.users().toString())) {
      throw new DataException(
          "table "
              + table
              + " is neither "
              + settings.sessions()
              + " nor "
              + settings.users()
              + ": correct tables.sessions and tables.users, or table.include.list");
    }
  }

  private static String table(Struct envelope) {
    Struct source = envelope.getStruct("source");
    return source.getString("schema") + "." + source.getString("table");
  }

  /**
   * One that is nobody's has a token at least; where both are missing Postgres has not sent them.
   */
  private void requireUser(ChangedRow row) {
    boolean hidden =
        row.userOfSession(settings.tables()).isEmpty() && row.token(settings.tables()).isEmpty();
    if (hidden && settings.lanes().count() > 1) {
      throw new DataException(
          "a deletion in "
              + settings.sessions()
              + " does not tell the session's user: set the REPLICA IDENTITY that docs/connect.md"
              + " names, then begin a new baseline");
    }
  }
}
