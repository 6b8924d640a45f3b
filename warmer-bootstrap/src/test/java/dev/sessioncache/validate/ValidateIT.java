package dev.sessioncache.validate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.command.CommandRunner;
import dev.sessioncache.config.DatabaseUrl;
import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import dev.sessioncache.postgres.PostgresConnections;
import java.io.ByteArrayInputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import picocli.CommandLine;

@ExtendWith(StackExtension.class)
class ValidateIT {

  private static final String TABLES =
      """
      create schema platform;
      create table platform.users (
        id uuid primary key, email text, display_name text, role text, status text not null);
      create table platform.user_sessions (
        id uuid primary key default gen_random_uuid(), token text not null unique,
        user_id uuid not null references platform.users, ip_address inet, user_agent text,
        created_at timestamptz, last_activity_at timestamptz not null,
        expires_at timestamptz not null, request_count bigint, revoked_at timestamptz, data jsonb);
      insert into platform.users (id, status)
        values ('00000000-0000-0000-0000-000000000001', 'active');
      insert into platform.user_sessions (token, user_id, last_activity_at, expires_at)
        values ('secret-token', '00000000-0000-0000-0000-000000000001', now(), now() + interval '1 day')
      """;

  private final Map<String, String> environment;

  ValidateIT(Stack stack) throws SQLException {
    String database = stack.createDatabase("validate_it");
    try (Connection connection = PostgresConnections.open(DatabaseUrl.parse(database), "it");
        Statement statement = connection.createStatement()) {
      statement.execute(TABLES);
    }
    environment = Map.of("DATABASE_URL", database, "REDIS_URL", stack.redisUrl() + "/11");
  }

  @Test
  void shouldTellOfEachTokenWhetherItIsValidAndWhatHasAnswered() {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();

    int exit = run(out, err);

    assertThat(exit).isZero();
    assertThat(out.toString().lines())
        .satisfiesExactly(
            line -> assertThat(line).matches("valid postgres \\d+\\.\\d{3} ms"),
            line -> assertThat(line).matches("invalid postgres \\d+\\.\\d{3} ms"));
    assertThat(out.toString() + err).doesNotContain("secret-token");
  }

  @Test
  void shouldTellThatToPrograms() {
    StringWriter out = new StringWriter();

    int exit = run(out, new StringWriter(), "--json");

    assertThat(exit).isZero();
    assertThat(out.toString().lines().findFirst().orElse(""))
        .startsWith("{\"verdict\":\"valid\",\"tier\":\"postgres\",\"ms\":");
  }

  private int run(StringWriter out, StringWriter err, String... args) {
    CommandLine command =
        new CommandLine(
                new Validate(
                    environment, new ByteArrayInputStream("secret-token\nunknown".getBytes(UTF_8))))
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true));
    return CommandRunner.run(command, args);
  }
}
