package dev.sessioncache.document;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sessioncache.mapping.Column;
import dev.sessioncache.mapping.ColumnType;
import dev.sessioncache.mapping.ColumnType.Scalar;
import dev.sessioncache.mapping.Row;
import dev.sessioncache.mapping.SessionMapping;
import dev.sessioncache.mapping.TestMapping;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class DocumentBuilderTest {

  private static final Row NO_USER = column -> null;

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "STRING    | plain                      | \"plain\"",
        "STRING    | ``                         | \"\"",
        "STRING    | say \"hi\" \\ é 😀         | \"say \\\"hi\\\" \\\\ é 😀\"",
        "INET      | 10.0.0.1                   | \"10.0.0.1\"",
        "INTEGER   | -9223372036854775808       | -9223372036854775808",
        "NUMERIC   | 1.50                       | 1.50",
        "NUMERIC   | 123456789012345678901234.5 | 123456789012345678901234.5",
        "NUMERIC   | NaN                        | \"NaN\"",
        "NUMERIC   | -Infinity                  | \"-Infinity\"",
        "FLOAT4    | 0.1                        | 0.1",
        "FLOAT8    | 0.1                        | 0.1",
        "FLOAT8    | 1e+300                     | 1.0E300",
        "FLOAT4    | NaN                        | \"NaN\"",
        "FLOAT8    | Infinity                   | \"Infinity\"",
        "BOOLEAN   | t                          | true",
        "BOOLEAN   | true                       | true",
        "BOOLEAN   | f                          | false",
        "BOOLEAN   | false                      | false",
        "TIMESTAMP | 2026-01-31 12:00:00.5+00   | \"2026-01-31T12:00:00.500000Z\"",
        "TIMESTAMP | infinity                   | \"infinity\"",
        "JSON      | {\"a\": [1, {\"b\": null}]} | {\"a\": [1, {\"b\": null}]}",
        "JSON      | \"text\"                   | \"text\"",
        "JSON      | null                       | null",
      })
  void shouldGiveEachTypeItsJsonForm(Scalar type, String text, String json) {
    assertThat(document(new ColumnType(type, false), text)).isEqualTo(json);
  }

  @ParameterizedTest(name = "{0}[] {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "STRING    | []                            | []",
        "STRING    | [\"a\", null, \"b\"]          | [\"a\",null,\"b\"]",
        "STRING    | [[\"a\"], [\"b\"]]            | [[\"a\"],[\"b\"]]",
        "INTEGER   | [1, 2]                        | [1,2]",
        "NUMERIC   | [1.50, \"NaN\", \"2.5\"]      | [1.50,\"NaN\",2.5]",
        "FLOAT8    | [0.5, \"Infinity\"]           | [0.5,\"Infinity\"]",
        "BOOLEAN   | [true, false]                 | [true,false]",
        "TIMESTAMP | [\"2026-01-31T12:00:00+00:00\"] | [\"2026-01-31T12:00:00.000000Z\"]",
        "JSON      | [\"{\\\"a\\\": 1}\", \"[1, 2]\", \"\\\"text\\\"\", null] | [{\"a\": 1},[1, 2],\"text\",null]",
      })
  void shouldGiveAnArrayTheFormOfItsElements(Scalar type, String text, String json) {
    assertThat(document(new ColumnType(type, true), text)).isEqualTo(json);
  }

  @ParameterizedTest
  @EnumSource(Scalar.class)
  void shouldWriteNullWhenTheColumnIsNull(Scalar type) {
    assertThat(document(new ColumnType(type, false), null)).isEqualTo("null");
    assertThat(document(new ColumnType(type, true), null)).isEqualTo("null");
  }

  @Test
  void shouldKeepTheOrderOfColumnsAndNestTheUser() {
    ColumnType string = new ColumnType(Scalar.STRING, false);
    Map<String, ColumnType> session = new LinkedHashMap<>();
    session.put("z", string);
    session.put("id", string);
    DocumentBuilder builder =
        new DocumentBuilder(TestMapping.document(session, Map.of("role", string)));

    byte[] document = builder.build(column -> "s-" + column.name(), column -> "u-" + column.name());

    assertThat(new String(document, UTF_8))
        .isEqualTo("{\"z\":\"s-z\",\"id\":\"s-id\",\"user\":{\"role\":\"u-role\"}}");
  }

  /** What is put in the place of a token stands there, not the token that the message holds. */
  @Test
  void shouldWriteWhatReplacesAValueOfACopiedRow() {
    ColumnType string = new ColumnType(Scalar.STRING, false);
    SessionMapping mapping = TestMapping.document(Map.of("value", string), Map.of());
    byte[] message = "secret".getBytes(UTF_8);
    int columns = mapping.sessions().columns().size();
    int[] fields = new int[2 * columns];
    for (int i = 1; i < fields.length; i += 2) {
      fields[i] = message.length;
    }
    CopiedRow row = new CopiedRow(message, fields, 0);

    DocumentBuilder builder = new DocumentBuilder(mapping);
    Column value = mapping.sessions().column("value");
    assertThat(new String(builder.build(row, NO_USER), UTF_8)).contains("secret");
    assertThat(new String(builder.build(row.with(value, "hash"), NO_USER), UTF_8))
        .isEqualTo("{\"value\":\"hash\"}");
  }

  @ParameterizedTest(name = "{0} {1} {2}")
  @CsvSource(
      delimiter = '|',
      value = {
        "INTEGER   | false | secret",
        "NUMERIC   | false | 1secret2",
        "FLOAT8    | false | secret",
        "BOOLEAN   | false | secret",
        "TIMESTAMP | false | secret",
        "STRING    | true  | [secret",
        "STRING    | true  | {\"secret\": 1}",
        "INTEGER   | true  | [\"secret\"]",
        "JSON      | true  | [{\"secret\": 1}]",
      })
  void shouldNameTheColumnAndNotTheValueWhenItIsNotOfItsType(
      Scalar type, boolean array, String text) {
    assertThatThrownBy(() -> document(new ColumnType(type, array), text))
        .isInstanceOf(UnreadableRowException.class)
        .hasMessageContaining("column value")
        .hasMessageNotContaining("secret");
  }

  /** The JSON of the one column of a document. */
  private static String document(ColumnType type, @Nullable String text) {
    DocumentBuilder builder =
        new DocumentBuilder(TestMapping.document(Map.of("value", type), Map.of()));
    String json = new String(builder.build(column -> text, NO_USER), UTF_8);
    assertThat(json).startsWith("{\"value\":").endsWith("}");
    return json.substring("{\"value\":".length(), json.length() - 1);
  }
}
