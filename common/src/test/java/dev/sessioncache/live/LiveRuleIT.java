package dev.sessioncache.live;

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
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The rule as SQL and in Java, on every combination of values at and beside its boundaries, by one
 * clock: {@code now()} of the transaction.
 */
@ExtendWith(StackExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LiveRuleIT {

  private static final String SCHEMA =
      """
      create schema live;
      create table live.users (id int primary key, status text);
      create table live.sessions (
        id int generated always as identity primary key, token text, user_id int,
        last_activity_at timestamptz, expires_at timestamptz,
        revoked_at timestamptz, revoked boolean, label text)
      """;

  /** In one transaction with the questions, so that the boundaries are exact. */
  private static final String ROWS =
      """
      insert into live.users
        select row_number() over (), status
        from (values ('active'), ('banned'), ('Active'), ('it''s'), (''), (null)) s (status);
      insert into live.sessions
        (user_id, last_activity_at, expires_at, revoked_at, revoked, label)
      select u.id, now() + a.at - interval '24 hours', now() + e.at, r.at, f.flag,
             concat_ws(' ', u.status, a.at, e.at, r.at, f.flag)
      from live.users u,
           (values (interval '0'), ('1 microsecond'), ('-1 microsecond'), ('12 hours'),
                   ('-1 day'), ('25 hours'), (null)) a (at),
           (values (interval '0'), ('1 microsecond'), ('-1 microsecond'), ('1 hour'), ('-1 hour'),
                   (null)) e (at),
           (values (timestamptz '2020-01-01 00:00:00Z'), ('2120-01-01 00:00:00Z'), (null)) r (at),
           (values (true), (false), (null)) f (flag);
      insert into live.sessions (user_id, last_activity_at, expires_at, label) values
        (1, 'infinity', 'infinity', 'both infinite'), (1, '-infinity', 'infinity', 'never active'),
        (1, now(), '-infinity', 'expired ever since'), (1, now(), '294276-01-01Z', 'far'),
        (1, '4713-01-01 BC', now() + interval '1 hour', 'before Christ')
      """;

  private final Connection connection;

  LiveRuleIT(Stack stack) {
    connection =
        PostgresConnections.open(
            DatabaseUrl.parse(stack.createDatabase("live_rule_it")), "live-rule-it");
  }

  @BeforeAll
  void fill() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("set local timezone = 'UTC'");
      statement.execute(SCHEMA);
      statement.execute(ROWS);
    }
  }

  @AfterAll
  void close() throws SQLException {
    connection.close();
  }

  @Test
  void shouldAnswerTheSameInSqlAndInJavaByDefault() throws SQLException {
    // Per user and revocation: 3 activities inside the window, 2 expiries to come; and 2 extra
    // rows.
    assertSameAnswers(Map.of(), 3 * 2 * 3 + 2);
  }

  @Test
  void shouldAnswerTheSameWhenRevocationIsAFlag() throws SQLException {
    assertSameAnswers(Map.of("session.revoked", "revoked"), 3 * 2 * 3 * 2 + 2);
  }

  @Test
  void shouldAnswerTheSameWhenThereIsNoRevocation() throws SQLException {
    assertSameAnswers(Map.of("session.revoked", ""), 3 * 2 * 9 + 2);
  }

  @Test
  void shouldAnswerTheSameWhenTheStatusNeedsQuoting() throws SQLException {
    assertSameAnswers(Map.of("user.status.active", "it's"), 3 * 2 * 3);
  }

  @Test
  void shouldAnswerTheSameWhenAccountsHaveNoStatus() throws SQLException {
    assertSameAnswers(Map.of("user.status", ""), 6 * 3 * 2 * 3 + 2);
  }

  @Test
  void shouldEndLifeAtExpiryOrAtTheEndOfTheWindow() throws SQLException {
    SessionMapping mapping = resolve(Map.of());
    LiveRule rule = new LiveRule(mapping);
    Instant now = Instant.parse("2026-01-31T12:00:00Z");

    assertThat(rule.liveUntil(session(mapping, "2026-01-31 11:00:00+00", "2026-02-05 00:00:00+00")))
        .isEqualTo(now.plusSeconds(23 * 3600));
    assertThat(rule.liveUntil(session(mapping, "2026-01-31 11:00:00+00", "2026-01-31 13:00:00+00")))
        .isEqualTo(now.plusSeconds(3600));
    assertThat(rule.liveUntil(session(mapping, "infinity", "infinity"))).isEqualTo(Instant.MAX);
  }

  private static Row session(SessionMapping mapping, String activity, String expires) {
    return column -> column.equals(mapping.activity()) ? activity : expires;
  }

  private void assertSameAnswers(Map<String, String> overrides, int live) throws SQLException {
    SessionMapping mapping = resolve(overrides);
    LiveRule rule = new LiveRule(mapping);
    int lives = 0;
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "select s.label, now(), coalesce(%s, false), %s, %s from live.sessions s join live.users u on u.id = s.user_id"
                    .formatted(
                        rule.sql(),
                        mapping.sessions().sqlTexts("s"),
                        mapping.users().sqlTexts("u")))) {
      while (rows.next()) {
        Instant now = rows.getObject(2, OffsetDateTime.class).toInstant();
        int sessionColumns = mapping.sessions().columns().size();
        Row session = row(rows, 4);
        Row user = row(rows, 4 + sessionColumns);
        assertThat(rule.isLive(session, user, now))
            .as(rows.getString(1))
            .isEqualTo(rows.getBoolean(3));
        lives += rows.getBoolean(3) ? 1 : 0;
      }
    }
    assertThat(lives).isEqualTo(live);
  }

  private static Row row(ResultSet rows, int first) {
    return column -> {
      try {
        return rows.getString(first + column.index());
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    };
  }

  private SessionMapping resolve(Map<String, String> overrides) throws SQLException {
    Map<String, String> all = new HashMap<>(overrides);
    all.put("tables.sessions", "live.sessions");
    all.put("tables.users", "live.users");
    all.put("document.session", "label");
    all.put("document.user", "");
    return SessionMapping.resolve(Configuration.section(MappingSettings.class, all), connection);
  }
}
