package dev.sessioncache.changes;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;
import org.jspecify.annotations.Nullable;

/**
 * Flattens a Debezium envelope as <a
 * href="https://debezium.io/documentation/reference/stable/transformations/event-flattening.html">
 * ExtractNewRecordState</a> and the schemaless JSON converter would, which a test compares; the
 * names stand in {@link ChangeFormat}. TRUNCATE, which that transformation drops, has no row
 * columns.
 */
public final class RowJson {

  private final JsonFactory json = new JsonFactory();

  public byte[] flatten(Struct envelope) {
    Struct source = envelope.getStruct("source");
    String op = envelope.getString("op");
    Struct row = envelope.getStruct(op.equals("d") ? "before" : "after");
    ByteArrayOutputStream out = new ByteArrayOutputStream(1024);
    try (JsonGenerator generator = json.createGenerator(out)) {
      generator.writeStartObject();
      if (row != null) {
        for (Field field : row.schema().fields()) {
          generator.writeFieldName(field.name());
          write(generator, row.get(field));
        }
        generator.writeStringField("__deleted", Boolean.toString(op.equals("d")));
      }
      generator.writeStringField("__op", op);
      generator.writeStringField("__table", source.getString("table"));
      for (String name : List.of("lsn", "txId")) {
        generator.writeFieldName("__" + name);
        write(generator, source.get(name));
      }
      for (String name : List.of("ts_ms", "ts_us")) {
        generator.writeFieldName("__source_" + name);
        write(generator, source.get(name));
      }
      generator.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private static void write(JsonGenerator generator, @Nullable Object value) throws IOException {
    if (value instanceof String text) {
      generator.writeString(text);
    } else if (value instanceof List<?> elements) {
      generator.writeStartArray();
      for (Object element : elements) {
        write(generator, element);
      }
      generator.writeEndArray();
    } else if (value == null || value instanceof Number || value instanceof Boolean) {
      generator.writePOJO(value);
    } else {
      throw new IllegalStateException(
          "no JSON form for a " + value.getClass().getSimpleName() + " of a change event");
    }
  }
}
