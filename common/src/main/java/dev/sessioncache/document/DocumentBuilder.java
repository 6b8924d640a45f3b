package dev.sessioncache.document;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.sessioncache.mapping.Column;
import dev.sessioncache.mapping.ColumnType;
import dev.sessioncache.mapping.Row;
import dev.sessioncache.mapping.SessionMapping;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes the cached document of a session: one JSON object of the mapped session columns in their
 * configured order, the user's columns nested under {@code user}. Thread-safe.
 */
public final class DocumentBuilder {

  private static final int USUAL_BYTES = 1024;
  private static final byte[] NULL = "null".getBytes(UTF_8);
  private static final byte[] USER = ",\"user\":{".getBytes(UTF_8);

  private final JsonFactory json = new JsonFactory();
  private final List<Member> session;
  private final List<Member> user;

  /** A column, and what stands before its value. */
  private record Member(Column column, byte[] name) {

    static List<Member> of(List<Column> columns) {
      List<Member> members = new ArrayList<>();
      for (Column column : columns) {
        JsonBytes name = new JsonBytes(column.name().length());
        if (!members.isEmpty()) {
          name.raw(',');
        }
        name.string(column.name());
        name.raw(':');
        members.add(new Member(column, name.toByteArray()));
      }
      return List.copyOf(members);
    }
  }

  public DocumentBuilder(SessionMapping mapping) {
    this.session = Member.of(mapping.documentSession());
    this.user = Member.of(mapping.documentUser());
  }

  /**
   * Builds the document.
   *
   * @return UTF-8 JSON without insignificant white space outside of json columns
   * @throws UnreadableRowException when a value is not of its column's type; the message names the
   *     column, never the value
   */
  public byte[] build(Row sessionRow, Row userRow) {
    JsonBytes out = new JsonBytes(USUAL_BYTES);
    out.raw('{');
    writeMembers(out, session, sessionRow);
    if (!user.isEmpty()) {
      out.raw(USER);
      writeMembers(out, user, userRow);
      out.raw('}');
    }
    out.raw('}');
    return out.toByteArray();
  }

  private void writeMembers(JsonBytes out, List<Member> members, Row row) {
    for (Member member : members) {
      out.raw(member.name);
      try {
        if (row instanceof CopiedRow copied && copied.holds(member.column)) {
          writeCopied(out, member.column, copied);
        } else {
          write(out, member.column.type(), row.text(member.column));
        }
      } catch (IOException | RuntimeException e) { // all is in memory: only a value can fail
        throw new UnreadableRowException(
            "column "
                + member.column.name()
                + " holds a value that is not of its type ("
                + e.getClass().getSimpleName()
                + ")");
      }
    }
  }

  /** What a row holds as bytes goes over as bytes. */
  private void writeCopied(JsonBytes out, Column column, CopiedRow row) throws IOException {
    if (row.isNull(column)) {
      out.raw(NULL);
    } else if (column.type().array()) {
      write(out, column.type(), row.text(column));
    } else {
      switch (column.type().scalar()) {
        case STRING, INET -> out.string(row.message(), row.start(column), row.length(column));
        case JSON -> out.raw(row.message(), row.start(column), row.length(column));
        case TIMESTAMP -> row.timestamp(column).write(out);
        default -> write(out, column.type(), row.text(column));
      }
    }
  }

  private void write(JsonBytes out, ColumnType type, @Nullable String text) throws IOException {
    if (text == null) {
      out.raw(NULL);
    } else if (type.array()) {
      writeArray(out, type.scalar(), text);
    } else {
      writeScalar(out, type.scalar(), text);
    }
  }

  private static void writeScalar(JsonBytes out, ColumnType.Scalar scalar, String text) {
    switch (scalar) {
      case STRING, INET -> out.string(text);
      case INTEGER -> out.raw(Long.toString(Long.parseLong(text)));
      case NUMERIC -> writeNumeric(out, text);
      case FLOAT4 -> writeFloat4(out, Float.parseFloat(text));
      case FLOAT8 -> writeFloat8(out, Double.parseDouble(text));
      case BOOLEAN -> out.raw(isTrue(text) ? "true" : "false");
      case TIMESTAMP -> out.string(Timestamps.canonical(text));
      case JSON -> out.raw(text);
    }
  }

  private static void writeNumeric(JsonBytes out, String text) {
    if (Character.isLetter(
        text.charAt(text.length() - 1))) { // NaN, Infinity: JSON has no number for them
      out.string(text);
    } else {
      out.raw(new BigDecimal(text).toPlainString());
    }
  }

  private static void writeFloat4(JsonBytes out, float value) {
    if (Float.isFinite(value)) {
      out.raw(Float.toString(value));
    } else {
      out.string(Float.toString(value));
    }
  }

  private static void writeFloat8(JsonBytes out, double value) {
    if (Double.isFinite(value)) {
      out.raw(Double.toString(value));
    } else {
      out.string(Double.toString(value));
    }
  }

  /** Whether a bool column's text means true, in the form of Postgres or of JSON. */
  public static boolean isTrue(String text) {
    return switch (text) {
      case "t", "true" -> true;
      case "f", "false" -> false;
      default -> throw new IllegalArgumentException("not a bool");
    };
  }

  /** Copies a JSON array, element by element in the form of its scalar type; dimensions nest. */
  private void writeArray(JsonBytes out, ColumnType.Scalar scalar, String text) throws IOException {
    try (JsonParser parser = json.createParser(text)) {
      boolean first = true;
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (!first && token != JsonToken.END_ARRAY) {
          out.raw(',');
        }
        first = token == JsonToken.START_ARRAY;
        switch (token) {
          case START_ARRAY -> out.raw('[');
          case END_ARRAY -> out.raw(']');
          case VALUE_NULL -> out.raw(NULL);
          case START_OBJECT -> throw new IllegalArgumentException("an object outside of its text");
          default -> writeScalar(out, scalar, parser.getText());
        }
      }
    }
  }
}
