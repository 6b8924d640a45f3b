package dev.sessioncache.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sessioncache.changes.RowJson;
import io.debezium.transforms.ExtractNewRecordState;
import java.io.IOException;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Our flattening against Debezium's own, from debezium-connect-plugins. */
class RowJsonTest {

  private static final Map<String, String> TRANSFORMATION =
      Map.of(
          "add.fields", "op,table,lsn,txId,source.ts_ms,source.ts_us",
          "delete.tombstone.handling.mode", "rewrite");

  private final ObjectMapper json = new ObjectMapper();
  private final RowJson rows = new RowJson();

  static Stream<Struct> envelopes() {
    Struct full = Envelopes.session("s1", "u1");
    Struct empty = new Struct(Envelopes.SESSION).put("id", "s1");
    Struct odd =
        new Struct(Envelopes.SESSION)
            .put("id", "s1")
            .put("real", Float.NaN)
            .put("ratio", Double.NEGATIVE_INFINITY);
    return Stream.of(
        Envelopes.created(full, 100),
        Envelopes.updated(full, 101),
        Envelopes.read(full, 102),
        Envelopes.updated(empty, 103),
        Envelopes.updated(odd, 104),
        Envelopes.deleted(empty, 105),
        Envelopes.created(Envelopes.user("u1"), 106));
  }

  @ParameterizedTest
  @MethodSource("envelopes")
  void shouldEqualDebeziumsOwnFlatteningWhenARowChanges(Struct envelope) throws Exception {
    JsonNode expected = flattenedByDebezium(envelope);

    assertThat(json.readTree(rows.flatten(envelope))).isEqualTo(expected);
  }

  /** The transformation drops these; the names are those of the other operations. */
  @Test
  void shouldHaveNoColumnsWhenATableIsTruncated() throws Exception {
    assertThat(json.readTree(rows.flatten(Envelopes.truncated(Envelopes.SESSION, 100))))
        .isEqualTo(
            json.readTree(
                """
                {"__op":"t","__table":"user_sessions","__lsn":100,"__txId":700,
                 "__source_ts_ms":1769860800123,"__source_ts_us":1769860800123456}
                """));
  }

  @Test
  void shouldRefuseByKindAndNotByValueWhenAColumnHasNoJsonForm() {
    Schema schema =
        SchemaBuilder.struct()
            .optional()
            .name("capture.platform.odd.Value")
            .field("id", Schema.BYTES_SCHEMA)
            .build();
    Struct row = new Struct(schema).put("id", new byte[] {1});

    assertThatThrownBy(() -> rows.flatten(Envelopes.created(row, 100)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("no JSON form for a byte[] of a change event");
  }

  private JsonNode flattenedByDebezium(Struct envelope) throws IOException {
    try (ExtractNewRecordState<SourceRecord> transformation = new ExtractNewRecordState<>();
        JsonConverter converter = new JsonConverter()) {
      transformation.configure(TRANSFORMATION);
      converter.configure(Map.of("schemas.enable", "false"), false);
      SourceRecord flat = transformation.apply(Envelopes.event(envelope));
      return json.readTree(
          converter.fromConnectData(flat.topic(), flat.valueSchema(), flat.value()));
    }
  }
}
