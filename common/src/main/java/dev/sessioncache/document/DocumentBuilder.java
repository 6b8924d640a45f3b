package dev.sessioncache.document;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import dev.sessioncache.mapping.Column;
import dev.sessioncache.mapping.ColumnType;
import dev.sessioncache.mapping.Row;
import dev.sessioncache.mapping.SessionMapping;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes the cached document of a session: one JSON object of the mapped session columns in their
 * configured order, the user's columns nested under {@code user}. Thread-safe.
 */
public final class DocumentBuilder {

  private static final int USUAL_BYTES = 1024;

  private final JsonFactory json =
      JsonFactory.builder().enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8).build();
  private final List<Column> sessionColumns;
  private final List<Column> userColumns;

  public DocumentBuilder(SessionMapping mapping) {
    this.sessionColumns = mapping.documentSession();
    this.userColumns = mapping.documentUser();
  }

  /**
   * Builds the document.
   *
   * @return UTF-8 JSON without insignificant white space outside of json columns
   * @throws UnreadableRowException when a value is not of its column's type; the message names the
   *     column, never the value
   */
  public byte[] build(Row session, Row user) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(USUAL_BYTES);
    try (JsonGenerator generator = json.createGenerator(out)) {
      generator.writeStartObject();
      writeColumns(generator, sessionColumns, session);
      if (!userColumns.isEmpty()) {
        generator.writeObjectFieldStart("user");
        writeColumns(generator, userColumns, user);
        generator.writeEndObject();
      }
      generator.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private void writeColumns(JsonGenerator generator, List<Column> columns, Row row)
      throws IOException {
    for (Column column : columns) {
      generator.writeFieldName(column.name());
      String text = row.text(column);
      try {
        write(generator, column.type(), text);
      } catch (IOException | RuntimeException e) { // the stream is in memory: only a value can fail
        throw new UnreadableRowException(
            "column "
                + column.name()
                + " holds a value that is not of its type ("
                + e.getClass().getSimpleName()
                + ")");
      }
    }
  }

  private void write(JsonGenerator generator, ColumnType type, @Nullable String text)
      throws IOException {
    if (text == null) {
      generator.writeNull();
    } else if (type.array()) {
      writeArray(generator, type.scalar(), text);
    } else {
      writeScalar(generator, type.scalar(), text);
    }
  }

  private static void writeScalar(JsonGenerator generator, ColumnType.Scalar scalar, String text)
      throws IOException {
    switch (scalar) {
      case STRING, INET -> generator.writeString(text);
      case INTEGER -> generator.writeNumber(Long.parseLong(text));
      case NUMERIC -> writeNumeric(generator, text);
      case FLOAT4 -> writeFloat4(generator, Float.parseFloat(text));
      case FLOAT8 -> writeFloat8(generator, Double.parseDouble(text));
      case BOOLEAN -> generator.writeBoolean(isTrue(text));
      case TIMESTAMP -> generator.writeString(Timestamps.canonical(text));
      case JSON -> generator.writeRawValue(text);
    }
  }

  private static void writeNumeric(JsonGenerator generator, String text) throws IOException {
    if (Character.isLetter(
        text.charAt(text.length() - 1))) { // NaN, Infinity: JSON has no number for them
      generator.writeString(text);
    } else {
      generator.writeNumber(new BigDecimal(text).toPlainString());
    }
  }

  private static void writeFloat4(JsonGenerator generator, float value) throws IOException {
    if (Float.isFinite(value)) {
      generator.writeNumber(value);
    } else {
      generator.writeString(Float.toString(value));
    }
  }

  private static void writeFloat8(JsonGenerator generator, double value) throws IOException {
    if (Double.isFinite(value)) {
      generator.writeNumber(value);
    } else {
      generator.writeString(Double.toString(value));
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
  private void writeArray(JsonGenerator generator, ColumnType.Scalar scalar, String text)
      throws IOException {
    try (JsonParser parser = json.createParser(text)) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        switch (token) {
          case START_ARRAY -> generator.writeStartArray();
          case END_ARRAY -> generator.writeEndArray();
          case VALUE_NULL -> generator.writeNull();
          case START_OBJECT -> throw new IllegalArgumentException("an object outside of its text");
          default -> writeScalar(generator, scalar, parser.getText());
        }
      }
    }
  }
}
