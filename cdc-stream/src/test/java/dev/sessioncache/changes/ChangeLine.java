package dev.sessioncache.changes;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sessioncache.guard.RowVersion;
import dev.sessioncache.guard.TransactionId;
import org.jspecify.annotations.Nullable;

/** A record of {@code changes} as text, in the format that docs/topics.md documents. */
public record ChangeLine(String key, byte @Nullable [] value) {

  public static final String SESSIONS = "user_sessions";
  public static final String USERS = "users";

  /** A live session, active at noon of 2026-01-31, with the token {@code t-<id>}. */
  public static RowLine session(String id, @Nullable String user) {
    return new RowLine(SESSIONS, id)
        .with("token", "t-" + id)
        .with("user_id", user)
        .with("ip_address", "10.0.0.1")
        .with("user_agent", "test")
        .with("created_at", "2026-01-31T11:00:00.000000Z")
        .with("last_activity_at", "2026-01-31T12:00:00.000000Z")
        .with("expires_at", "2026-02-28T12:00:00.000000Z")
        .with("request_count", 1)
        .with("revoked_at", null)
        .with("data", "{\"cart\": [1, 2]}");
  }

  /** An active member. */
  public static RowLine user(String id) {
    return new RowLine(USERS, id)
        .with("email", id + "@example.org")
        .with("display_name", id)
        .with("role", "member")
        .with("status", "active");
  }

  public static ChangeLine deleted(String table, String id, long lsn, long transaction) {
    return new RowLine(table, id).line("d", lsn, transaction);
  }

  public static ChangeLine truncated(String table, long lsn, long transaction) {
    ObjectNode fields = JsonNodeFactory.instance.objectNode();
    return new ChangeLine(table, source(fields, table, "t", lsn, transaction));
  }

  /** The session has left the lane that gets this. */
  public static ChangeLine moved(String session, long lsn, long transaction) {
    return of(
        ControlRecords.moved(
            SESSIONS, "id", session, new RowVersion(lsn, TransactionId.of(transaction))));
  }

  public static ChangeLine of(ControlRecords control) {
    return new ChangeLine(control.key(), control.value());
  }

  /** Commit time of the change at a log position, µs since 1970. */
  public static long committedAtMicros(long lsn) {
    return 1_769_860_800_000_000L + lsn;
  }

  private static byte[] source(
      ObjectNode fields, String table, String op, long lsn, long transaction) {
    return fields
        .put("__op", op)
        .put("__table", table)
        .put("__lsn", lsn)
        .put("__txId", transaction)
        .put("__source_ts_ms", committedAtMicros(lsn) / 1000)
        .put("__source_ts_us", committedAtMicros(lsn))
        .toString()
        .getBytes(UTF_8);
  }

  /** The columns of a row, on the way to become a line. */
  public static final class RowLine {

    private final String table;
    private final String id;
    private final ObjectNode fields = JsonNodeFactory.instance.objectNode();

    private RowLine(String table, String id) {
      this.table = table;
      this.id = id;
      fields.put("id", id);
    }

    public RowLine with(String column, @Nullable Object value) {
      if (value == null) {
        fields.putNull(column);
      } else if (value instanceof String text) {
        fields.put(column, text);
      } else if (value instanceof Integer number) {
        fields.put(column, number);
      }
      return this;
    }

    public ChangeLine read(long transaction) {
      return line("r", 7, transaction); // the position of the snapshot, which orders nothing
    }

    public ChangeLine created(long lsn, long transaction) {
      return line("c", lsn, transaction);
    }

    public ChangeLine updated(long lsn, long transaction) {
      return line("u", lsn, transaction);
    }

    private ChangeLine line(String op, long lsn, long transaction) {
      ObjectNode row = fields.deepCopy().put("__deleted", op.equals("d") ? "true" : "false");
      return new ChangeLine(
          ChangeFormat.rowKey(table, id), source(row, table, op, lsn, transaction));
    }

    /** The columns alone. */
    public ObjectNode columns() {
      return fields.deepCopy();
    }
  }
}
