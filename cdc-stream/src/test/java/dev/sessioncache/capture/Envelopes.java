package dev.sessioncache.capture;

import io.debezium.data.Enum;
import io.debezium.data.Envelope;
import io.debezium.data.Json;
import io.debezium.data.Uuid;
import io.debezium.time.ZonedTimestamp;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/** Change events as Debezium's Postgres connector hands them over. */
final class Envelopes {

  private static final Schema SOURCE =
      SchemaBuilder.struct()
          .name("io.debezium.connector.postgresql.Source")
          .field("ts_ms", Schema.INT64_SCHEMA)
          .field("ts_us", Schema.OPTIONAL_INT64_SCHEMA)
          .field("schema", Schema.STRING_SCHEMA)
          .field("table", Schema.STRING_SCHEMA)
          .field("txId", Schema.OPTIONAL_INT64_SCHEMA)
          .field("lsn", Schema.OPTIONAL_INT64_SCHEMA)
          .build();

  /** A session row with a column of every supported type. */
  static final Schema SESSION =
      SchemaBuilder.struct()
          .optional()
          .name("capture.platform.user_sessions.Value")
          .field("id", Uuid.schema())
          .field("user_id", Uuid.builder().optional().build())
          .field("token", Schema.OPTIONAL_STRING_SCHEMA)
          .field("kind", Enum.builder("web,app").optional().build())
          .field("small", Schema.OPTIONAL_INT16_SCHEMA)
          .field("medium", Schema.OPTIONAL_INT32_SCHEMA)
          .field("request_count", Schema.OPTIONAL_INT64_SCHEMA)
          .field("price", Schema.OPTIONAL_STRING_SCHEMA) // decimal.handling.mode=string
          .field("real", Schema.OPTIONAL_FLOAT32_SCHEMA)
          .field("ratio", Schema.OPTIONAL_FLOAT64_SCHEMA)
          .field("admin", Schema.OPTIONAL_BOOLEAN_SCHEMA)
          .field("expires_at", ZonedTimestamp.builder().optional().build())
          .field("data", Json.builder().optional().build())
          .field("tags", SchemaBuilder.array(Schema.OPTIONAL_STRING_SCHEMA).optional().build())
          .field("scores", SchemaBuilder.array(Schema.OPTIONAL_INT64_SCHEMA).optional().build())
          .build();

  static final Schema USER =
      SchemaBuilder.struct()
          .optional()
          .name("capture.platform.users.Value")
          .field("id", Uuid.schema())
          .field("role", Schema.OPTIONAL_STRING_SCHEMA)
          .build();

  private static final Schema MESSAGE_BLOCK =
      SchemaBuilder.struct()
          .field("prefix", Schema.OPTIONAL_STRING_SCHEMA)
          .field("content", Schema.OPTIONAL_BYTES_SCHEMA)
          .build();

  private static final Schema MESSAGE =
      SchemaBuilder.struct()
          .name("io.debezium.connector.postgresql.MessageValue")
          .field("op", Schema.STRING_SCHEMA)
          .field("source", SOURCE)
          .field("message", MESSAGE_BLOCK)
          .build();

  private Envelopes() {}

  static Struct session(String id, @Nullable String user) {
    return new Struct(SESSION)
        .put("id", id)
        .put("user_id", user)
        .put("token", "t-" + id)
        .put("kind", "web")
        .put("small", (short) 7)
        .put("medium", -8)
        .put("request_count", Long.MAX_VALUE)
        .put("price", "12.50")
        .put("real", 0.1f)
        .put("ratio", 1e300)
        .put("admin", true)
        .put("expires_at", "2026-01-31T12:00:00.500000Z")
        .put("data", "{\"cart\": [1, \"ü\"]}")
        .put("tags", Arrays.asList("a \"b\"", null))
        .put("scores", List.of(1L, -2L));
  }

  static Struct user(String id) {
    return new Struct(USER).put("id", id).put("role", "member");
  }

  static Struct created(Struct row, long lsn) {
    return envelope(row.schema()).create(row, source(row.schema(), lsn), Instant.EPOCH);
  }

  static Struct updated(Struct row, long lsn) {
    return envelope(row.schema()).update(null, row, source(row.schema(), lsn), Instant.EPOCH);
  }

  static Struct read(Struct row, long lsn) {
    return envelope(row.schema()).read(row, source(row.schema(), lsn), Instant.EPOCH);
  }

  static Struct deleted(Struct key, long lsn) {
    return envelope(key.schema()).delete(key, source(key.schema(), lsn), Instant.EPOCH);
  }

  static Struct truncated(Schema table, long lsn) {
    return envelope(table).truncate(source(table, lsn), Instant.EPOCH);
  }

  /** What a pulse looks like when it comes back in the log. */
  static Struct pulse(String content, long lsn) {
    Struct block =
        new Struct(MESSAGE_BLOCK)
            .put("prefix", "session-cache-warmer.slot")
            .put("content", content.getBytes(StandardCharsets.UTF_8));
    return new Struct(MESSAGE)
        .put("op", "m")
        .put("source", source(MESSAGE, lsn))
        .put("message", block);
  }

  /** The event with its log position in the offset, as the engine delivers it. */
  static SourceRecord event(Struct envelope) {
    long lsn = envelope.getStruct("source").getInt64("lsn");
    return new SourceRecord(
        Map.of("server", "capture"),
        Map.of("lsn", lsn, "lsn_proc", lsn - 1, "txId", 700L),
        "capture." + envelope.getStruct("source").getString("table"),
        null,
        envelope.schema(),
        envelope);
  }

  private static Envelope envelope(Schema row) {
    return Envelope.defineSchema()
        .withName(row.name().replace("Value", "Envelope"))
        .withRecord(row)
        .withSource(SOURCE)
        .build();
  }

  private static Struct source(Schema row, long lsn) {
    String table =
        row == SESSION ? "user_sessions" : row == USER ? "users" : ""; // messages have no table
    return new Struct(SOURCE)
        .put("ts_ms", 1_769_860_800_123L)
        .put("ts_us", 1_769_860_800_123_456L)
        .put("schema", "platform")
        .put("table", table)
        .put("txId", 700L)
        .put("lsn", lsn);
  }
}
