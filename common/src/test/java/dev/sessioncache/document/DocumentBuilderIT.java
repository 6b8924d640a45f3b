package dev.sessioncache.document;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.config.Configuration;
import dev.sessioncache.config.DatabaseUrl;
import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import dev.sessioncache.mapping.MappingSettings;
import dev.sessioncache.mapping.Row;
import dev.sessioncache.mapping.SessionMapping;
import dev.sessioncache.postgres.PostgresConnections;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * From a column of a real table to the document: what Postgres prints is what the builder takes.
 */
@ExtendWith(StackExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DocumentBuilderIT {

  private final String databaseUrl;

  DocumentBuilderIT(Stack stack) {
    databaseUrl = stack.createDatabase("document_builder_it");
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "text          | 'é \"q\" \\'                              | \"é \\\"q\\\" \\\\\"",
        "varchar(10)   | 'short'                                   | \"short\"",
        "uuid          | 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'    | \"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11\"",
        "inet          | '10.0.0.1'                                | \"10.0.0.1\"",
        "inet          | '10.0.0.0/8'                              | \"10.0.0.0/8\"",
        "inet          | '2001:db8::1'                             | \"2001:db8::1\"",
        "inet[]        | '{10.0.0.1,10.0.0.0/8,NULL}'              | [\"10.0.0.1\",\"10.0.0.0/8\",null]",
        "mood          | 'sad'                                     | \"sad\"",
        "mood[]        | '{sad,happy}'                             | [\"sad\",\"happy\"]",
        "smallint      | -32768                                    | -32768",
        "bigint        | 9223372036854775807                       | 9223372036854775807",
        "int[]         | '{{1,2},{3,4}}'                           | [[1,2],[3,4]]",
        "numeric       | 1.500                                     | 1.500",
        "numeric       | 'NaN'                                     | \"NaN\"",
        "numeric       | 1e20                                      | 100000000000000000000",
        "numeric[]     | '{1.50,NaN,Infinity}'                     | [1.50,\"NaN\",\"Infinity\"]",
        "real          | 0.1                                       | 0.1",
        "float8        | 0.1                                       | 0.1",
        "float8        | '-Infinity'                               | \"-Infinity\"",
        "float8[]      | '{0.1,NaN}'                               | [0.1,\"NaN\"]",
        "boolean       | true                                      | true",
        "boolean[]     | '{t,f,NULL}'                              | [true,false,null]",
        "timestamptz   | '2026-07-01 12:00:00.25+02'               | \"2026-07-01T10:00:00.250000Z\"",
        "timestamptz   | 'infinity'                                | \"infinity\"",
        "timestamptz   | '0044-03-15 12:00:00+00 BC'               | \"-0043-03-15T12:00:00.000000Z\"",
        "timestamptz   | '12026-01-01 00:00:00+00'                 | \"+12026-01-01T00:00:00.000000Z\"",
        "timestamptz[] | '{2026-07-01 12:00:00+02,infinity}'       | [\"2026-07-01T10:00:00.000000Z\",\"infinity\"]",
        "json          | '{\"b\" : 1,  \"a\": [true]}'             | {\"b\" : 1,  \"a\": [true]}",
        "jsonb         | '{\"b\" : 1,  \"a\": [true]}'             | {\"a\": [true], \"b\": 1}",
        "jsonb         | '\"text\"'                                | \"text\"",
        "jsonb[]       | array['\"text\"', '[1, 2]', '{\"a\": 1}', 'null', null]::jsonb[] | [\"text\",[1, 2],{\"a\": 1},null,null]",
        "text          | null                                      | null",
        "int[]         | null                                      | null",
      })
  void shouldGiveTheDocumentOfWhatPostgresHolds(String type, String literal, String json)
      throws SQLException {
    assertThat(document(type, literal)).isEqualTo("{\"value\":" + json + "}");
  }

  private String document(String type, String literal) throws SQLException {
    try (Connection connection = open();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false); // and never committed: each case finds an empty database
      statement.execute(
          """
          set local timezone = 'UTC';
          create type mood as enum ('sad', 'happy');
          create table users (id int primary key);
          create table sessions (
            id int primary key, user_id int, token text, value %s,
            last_activity_at timestamptz, expires_at timestamptz);
          insert into sessions (id, value) values (1, %s)
          """
              .formatted(type, literal));
      SessionMapping mapping =
          SessionMapping.resolve(
              Configuration.section(MappingSettings.class, settings()), connection);
      try (ResultSet rows =
          statement.executeQuery(
              "select " + mapping.sessions().sqlTexts("s") + " from sessions s")) {
        rows.next();
        Map<String, String> texts = new HashMap<>();
        for (var column : mapping.sessions().columns()) {
          texts.put(column.name(), rows.getString(column.index() + 1));
        }
        Row session = column -> texts.get(column.name());
        return new String(new DocumentBuilder(mapping).build(session, column -> null), UTF_8);
      }
    }
  }

  private Connection open() {
    return PostgresConnections.open(DatabaseUrl.parse(databaseUrl), "document-builder-it");
  }

  private static Map<String, String> settings() {
    return Map.of(
        "tables.sessions", "sessions",
        "tables.users", "users",
        "session.revoked", "",
        "user.status", "",
        "document.session", "value",
        "document.user", "");
  }
}
