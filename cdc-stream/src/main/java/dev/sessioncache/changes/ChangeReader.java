package dev.sessioncache.changes;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sessioncache.guard.RowVersion;
import dev.sessioncache.guard.TransactionId;
import dev.sessioncache.mapping.MappedTable;
import dev.sessioncache.mapping.SessionMapping;
import java.io.IOException;
import java.util.Optional;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** Reads records of {@code changes}. Thread-safe. */
public final class ChangeReader {

  private final ObjectMapper json = new ObjectMapper();
  private final SessionMapping mapping;

  public ChangeReader(SessionMapping mapping) {
    this.mapping = mapping;
  }

  /** The epoch that the record's capture was in; empty when it names none. */
  public static Optional<Epoch> epoch(Headers headers) throws UnreadableChangeException {
    Header header = headers.lastHeader(ChangeFormat.EPOCH_HEADER);
    if (header == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(Epoch.parse(new String(header.value(), UTF_8)));
    } catch (RuntimeException e) {
      throw new UnreadableChangeException("the epoch header is malformed", e);
    }
  }

  /** The value that counts: the record's own, for a tombstone that of the deletion behind it. */
  public static Optional<byte[]> value(byte @Nullable [] value, Headers headers) {
    Header deletion = headers.lastHeader(ChangeFormat.DELETION_HEADER);
    return value == null && deletion != null
        ? Optional.of(deletion.value())
        : Optional.ofNullable(value);
  }

  /**
   * Reads one value.
   *
   * @throws UnreadableChangeException when it is not JSON or not in the format
   */
  public Change read(byte[] value) throws UnreadableChangeException {
    ObjectNode fields = parse(value);
    String op = required(fields, ChangeFormat.OP).asText();
    return switch (op) {
      case ChangeFormat.OP_CREATE, ChangeFormat.OP_UPDATE, ChangeFormat.OP_READ ->
          upsert(fields, op);
      case ChangeFormat.OP_DELETE -> {
        Change.Source source = source(fields);
        yield new Change.Delete(source, id(fields, source), version(fields), committedAt(fields));
      }
      case ChangeFormat.OP_TRUNCATE ->
          new Change.Truncate(source(fields), version(fields), committedAt(fields));
      case ChangeFormat.OP_MOVED ->
          new Change.Moved(required(fields, ChangeFormat.ID).asText(), version(fields));
      case ChangeFormat.OP_PULSE ->
          new Change.Pulse(
              required(fields, ChangeFormat.AT_MS).asLong(),
              required(fields, ChangeFormat.COMPLETE).asBoolean());
      case ChangeFormat.OP_BASELINE_BEGIN -> new Change.BaselineBegin();
      case ChangeFormat.OP_BASELINE_END ->
          new Change.BaselineEnd(TransactionId.of(required(fields, ChangeFormat.TX_ID).asLong()));
      default -> throw new UnreadableChangeException("the operation is unknown");
    };
  }

  private ObjectNode parse(byte[] value) throws UnreadableChangeException {
    try {
      if (json.readTree(value) instanceof ObjectNode fields) {
        return fields;
      }
    } catch (IOException e) {
      // The parser's message would quote the value.
      throw new UnreadableChangeException("the value is not JSON");
    }
    throw new UnreadableChangeException("the value is not a JSON object");
  }

  private Change upsert(ObjectNode fields, String op) throws UnreadableChangeException {
    Change.Source source = source(fields);
    boolean read = op.equals(ChangeFormat.OP_READ);
    RowVersion version = read ? new RowVersion(0, version(fields).transaction()) : version(fields);
    return new Change.Upsert(
        source,
        id(fields, source),
        version,
        op.equals(ChangeFormat.OP_UPDATE),
        fields,
        read ? 0 : committedAt(fields));
  }

  private Change.Source source(ObjectNode fields) throws UnreadableChangeException {
    String table = required(fields, ChangeFormat.TABLE).asText();
    if (table.equals(mapping.sessions().name().table())) {
      return Change.Source.SESSIONS;
    }
    if (table.equals(mapping.users().name().table())) {
      return Change.Source.USERS;
    }
    throw new UnreadableChangeException("the table is not one of ours");
  }

  private String id(ObjectNode fields, Change.Source source) throws UnreadableChangeException {
    MappedTable table = source == Change.Source.SESSIONS ? mapping.sessions() : mapping.users();
    return required(fields, table.primaryKey().name()).asText();
  }

  private static RowVersion version(ObjectNode fields) throws UnreadableChangeException {
    return new RowVersion(
        required(fields, ChangeFormat.LSN).asLong(),
        TransactionId.of(required(fields, ChangeFormat.TX_ID).asLong()));
  }

  private static long committedAt(ObjectNode fields) {
    long micros = fields.path(ChangeFormat.SOURCE_US).asLong();
    return micros != 0 ? micros : fields.path(ChangeFormat.SOURCE_MS).asLong() * 1000;
  }

  private static JsonNode required(ObjectNode fields, String name)
      throws UnreadableChangeException {
    JsonNode value = fields.get(name);
    if (value == null || value.isNull() || value.isContainerNode()) {
      throw new UnreadableChangeException("the field " + name + " is missing");
    }
    return value;
  }
}
