package dev.sessioncache.changes;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sessioncache.guard.RowVersion;
import dev.sessioncache.mapping.SessionMapping;
import dev.sessioncache.mapping.TokenHash;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** Reads records of {@code changes}. Thread-safe. */
public final class ChangeReader {

  /** Strict, since a value that says two things would be read as one of them. */
  private final ObjectMapper json =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final SessionMapping mapping;
  private final String tokenHash;

  public ChangeReader(SessionMapping mapping) {
    this.mapping = mapping;
    this.tokenHash = mapping.settings().tokens().fingerprint();
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

  /** The term of the capture that wrote the record; empty when it names none. */
  public static OptionalLong term(Headers headers) throws UnreadableChangeException {
    Header header = headers.lastHeader(ChangeFormat.TERM_HEADER);
    if (header == null) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(Long.parseLong(new String(header.value(), UTF_8)));
    } catch (RuntimeException e) {
      throw new UnreadableChangeException("the term header is malformed", e);
    }
  }

  /** The fingerprint of the hash that the record's tokens went through; that of none by default. */
  public static String tokenHash(Headers headers) {
    Header header = headers.lastHeader(ChangeFormat.TOKEN_HASH_HEADER);
    return header == null || header.value() == null
        ? TokenHash.NONE.fingerprint()
        : new String(header.value(), UTF_8);
  }

  /** The value that counts: the record's own, for a tombstone that of what it stands for. */
  public static Optional<byte[]> value(byte @Nullable [] value, Headers headers) {
    Header change = headers.lastHeader(ChangeFormat.TOMBSTONE_HEADER);
    return value == null && change != null
        ? Optional.ofNullable(change.value())
        : Optional.ofNullable(value);
  }

  /**
   * Reads one value.
   *
   * @throws UnreadableChangeException when it is not JSON or not in the format
   * @throws OtherTokenHashException when it is a session whose token is not as ours are
   */
  public Change read(byte[] value, Headers headers) throws UnreadableChangeException {
    Change change = read(value);
    if (change instanceof Change.Upsert row
        && row.source() == Change.Source.SESSIONS
        && !tokenHash(headers).equals(tokenHash)) {
      throw new OtherTokenHashException();
    }
    return change;
  }

  private Change read(byte[] value) throws UnreadableChangeException {
    ChangeFields fields = parse(value);
    String op = fields.text(ChangeFormat.OP);
    return switch (op) {
      case ChangeFormat.OP_CREATE,
          ChangeFormat.OP_UPDATE,
          ChangeFormat.OP_READ,
          ChangeFormat.OP_TOO_LARGE ->
          upsert(fields, op);
      case ChangeFormat.OP_DELETE -> {
        Change.Source source = source(fields);
        yield new Change.Delete(
            source, id(fields, source), fields.version(), fields.committedAtMicros());
      }
      case ChangeFormat.OP_TRUNCATE ->
          new Change.Truncate(source(fields), fields.version(), fields.committedAtMicros());
      case ChangeFormat.OP_MOVED ->
          new Change.Moved(id(fields, Change.Source.SESSIONS), fields.version());
      case ChangeFormat.OP_PULSE ->
          new Change.Pulse(fields.number(ChangeFormat.AT_MS), fields.bool(ChangeFormat.COMPLETE));
      case ChangeFormat.OP_TERM -> new Change.Term();
      case ChangeFormat.OP_BASELINE_BEGIN -> new Change.BaselineBegin();
      case ChangeFormat.OP_BASELINE_END -> new Change.BaselineEnd(fields.transaction());
      default -> throw new UnreadableChangeException("the operation is unknown");
    };
  }

  private ChangeFields parse(byte[] value) throws UnreadableChangeException {
    if (value.length > ChangeFormat.MAX_VALUE_BYTES) {
      throw new UnreadableChangeException("the value is larger than a record may be");
    }
    try {
      if (json.readTree(value) instanceof ObjectNode fields) {
        return new ChangeFields(fields);
      }
    } catch (IOException e) {
      // The parser's message would quote the value.
      throw new UnreadableChangeException("the value is not JSON");
    }
    throw new UnreadableChangeException("the value is not a JSON object");
  }

  private Change upsert(ChangeFields fields, String op) throws UnreadableChangeException {
    Change.Source source = source(fields);
    boolean read = op.equals(ChangeFormat.OP_READ);
    RowVersion version = fields.version();
    return new Change.Upsert(
        source,
        id(fields, source),
        read ? new RowVersion(0, version.transaction()) : version,
        fields.node(),
        read ? 0 : fields.committedAtMicros());
  }

  private Change.Source source(ChangeFields fields) throws UnreadableChangeException {
    String table = fields.text(ChangeFormat.TABLE);
    if (table.equals(mapping.sessions().name().table())) {
      return Change.Source.SESSIONS;
    }
    if (table.equals(mapping.users().name().table())) {
      return Change.Source.USERS;
    }
    throw new UnreadableChangeException("the table is not one of ours");
  }

  private String id(ChangeFields fields, Change.Source source) throws UnreadableChangeException {
    return fields.id(
        source == Change.Source.SESSIONS
            ? mapping.sessions().primaryKey().name()
            : mapping.users().primaryKey().name());
  }
}
