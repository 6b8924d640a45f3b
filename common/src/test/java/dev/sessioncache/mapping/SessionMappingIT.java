package dev.sessioncache.mapping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sessioncache.command.OperationException;
import dev.sessioncache.config.Configuration;
import dev.sessioncache.config.DatabaseUrl;
import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import dev.sessioncache.mapping.ColumnType.Scalar;
import dev.sessioncache.postgres.PostgresConnections;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(StackExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SessionMappingIT {

  private static final String SCHEMA =
      """
      create schema platform;
      create table platform.users (
        id uuid primary key, email text, display_name text, role text, status text);
      create table platform.user_sessions (
        id uuid primary key, token text, user_id uuid, ip_address inet, user_agent text,
        created_at timestamptz, last_activity_at timestamptz, expires_at timestamptz,
        request_count bigint, revoked_at timestamptz, data jsonb,
        place point, born timestamp, days interval[], "Odd ""name" text[]);
      create table platform.by_token (token text primary key, user_id uuid,
        last_activity_at timestamptz, expires_at timestamptz, revoked_at timestamptz);
      create table platform.keyless (id uuid, status text);
      create table platform.twokeys (a int, b int, primary key (a, b));
      create view platform.view as select * from platform.users;
      """;

  private final Connection connection;

  SessionMappingIT(Stack stack) {
    connection =
        PostgresConnections.open(
            DatabaseUrl.parse(stack.createDatabase("session_mapping_it")), "session-mapping-it");
  }

  @BeforeAll
  void createTables() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(SCHEMA);
    }
  }

  @AfterAll
  void close() throws SQLException {
    connection.close();
  }

  @Test
  void shouldResolveTheDefaults() throws SQLException {
    SessionMapping mapping = resolve(Map.of());

    assertThat(mapping.token().name()).isEqualTo("token");
    assertThat(mapping.sessions().primaryKey().name()).isEqualTo("id");
    assertThat(mapping.documentSession())
        .extracting(Column::name)
        .containsExactly(
            "id",
            "user_id",
            "ip_address",
            "user_agent",
            "created_at",
            "last_activity_at",
            "expires_at",
            "request_count",
            "data");
    assertThat(mapping.documentUser())
        .extracting(Column::name)
        .containsExactly("email", "display_name", "role");
    assertThat(mapping.sessions().columns())
        .extracting(Column::index)
        .containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
  }

  @Test
  void shouldTakeAnyColumnNameAndArrays() throws SQLException {
    SessionMapping mapping = resolve(Map.of("document.session", "Odd \"name"));

    Column column = mapping.documentSession().get(0);
    assertThat(column.type()).isEqualTo(new ColumnType(Scalar.STRING, true));
    assertThat(column.sqlText("s")).isEqualTo("to_jsonb(s.\"Odd \"\"name\")::text");
  }

  @ParameterizedTest(name = "{0} = {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "tables.sessions  | platform.sessions | table platform.sessions does not exist",
        "tables.users     | platform.persons  | table platform.persons does not exist",
        "tables.users     | platform.view     | table platform.view does not exist",
        "tables.users     | platform.keyless  | table platform.keyless needs a primary key of exactly one column",
        "tables.users     | platform.twokeys  | table platform.twokeys needs a primary key of exactly one column",
        "session.user     | owner             | table platform.user_sessions has no column owner",
        "session.revoked  | dead              | table platform.user_sessions has no column dead",
        "user.status      | state             | table platform.users has no column state",
        "cache.key        | s:{secret}        | table platform.user_sessions has no column secret",
        "document.session | id,colour         | table platform.user_sessions has no column colour",
        "document.user    | Email             | table platform.users has no column Email",
        "document.session | place             | column place of platform.user_sessions has type point",
        "document.session | born              | column born of platform.user_sessions has type timestamp without time zone",
        "document.session | days              | column days of platform.user_sessions has type interval[]",
        "session.expires  | user_agent        | column user_agent of platform.user_sessions must be a timestamptz",
        "session.activity | data              | column data of platform.user_sessions must be a timestamptz",
      })
  void shouldNameInOneLineWhatIsMissing(String setting, String value, String message) {
    assertThatThrownBy(() -> resolve(Map.of(setting, value)))
        .isInstanceOf(OperationException.class)
        .hasMessageStartingWith(message)
        .message()
        .doesNotContain("\n");
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "cache.key        | s:{request_count} | token.hash needs a token of type text, varchar, uuid or enum: column request_count",
        "cache.key        | s:{data}          | token.hash needs a token of type text, varchar, uuid or enum: column data",
        "tables.sessions  | platform.by_token | token.hash can't be used with the token as primary key: column token",
        "session.revoked  | token             | token.hash needs a column for the token alone",
        "document.session | user_id           | document.session must hold id, the primary key",
      })
  void shouldRefuseTablesWhoseTokensCantBeHashed(String setting, String value, String message) {
    Map<String, String> settings = new HashMap<>();
    settings.put("token.hash", "hmac-sha256");
    settings.put("token.hash.key", "ab".repeat(32));
    settings.put("document.session", value.equals("platform.by_token") ? "user_id" : "id,user_id");
    settings.put(setting, value);

    assertThatThrownBy(() -> resolve(settings))
        .isInstanceOf(OperationException.class)
        .hasMessageStartingWith(message);
  }

  private SessionMapping resolve(Map<String, String> overrides) throws SQLException {
    return SessionMapping.resolve(
        Configuration.section(MappingSettings.class, overrides), connection);
  }
}
