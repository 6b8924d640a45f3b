package dev.sessioncache.activity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sessioncache.config.Configuration;
import dev.sessioncache.config.DatabaseUrl;
import dev.sessioncache.config.Sources;
import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import dev.sessioncache.mapping.ActivityColumns;
import dev.sessioncache.mapping.MappingSettings;
import dev.sessioncache.mapping.SessionMapping;
import dev.sessioncache.postgres.PostgresConnections;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The curve against what the rows say, one by one. */
@ExtendWith(StackExtension.class)
class ActivityReaderIT {

  private static final String TABLES =
      """
      create table users (id int primary key, status text);
      create table sessions (
        id int primary key, token text, user_id int, created_at timestamptz,
        last_activity_at timestamptz, expires_at timestamptz, request_count int, revoked_at timestamptz);
      insert into users values (1, 'active'), (2, 'banned')
      """;

  /** Of the rows and of all that asks about them, however long a test takes. */
  private final Instant now = Instant.now();

  private final Connection connection;

  ActivityReaderIT(Stack stack) throws SQLException {
    connection =
        PostgresConnections.open(
            DatabaseUrl.parse(stack.createDatabase("activity_reader_it")), "test");
  }

  @BeforeEach
  void createTables() throws SQLException {
    execute(TABLES);
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
  }

  @Test
  void shouldExpectWhatASessionHasMadeInItsLifeWhileItIsBusy() throws SQLException {
    add(ago(1_000), ago(0), 499);

    assertThat(curve().rate()).isEqualTo(0.5, within(0.01));
  }

  @Test
  void shouldExpectLittleOfASessionThatHasFallenSilent() throws SQLException {
    add(ago(11_000), ago(10_000), 499);

    assertThat(curve().rate()).isEqualTo(1e-4, within(1e-6));
  }

  @Test
  void shouldExpectByTheLastActivityAloneWhereNothingElseIsKnown() throws SQLException {
    add(ago(1_000), ago(20), 0);

    assertThat(curve("session.requests", "").rate()).isEqualTo(0.05, within(0.003));
    assertThat(curve("session.created", "").rate()).isEqualTo(0.05, within(0.003));
    assertThat(curve("session.created", "began_at").rate()).isEqualTo(0.05, within(0.003));
  }

  @Test
  void shouldTakeNullsAndInfiniteTimes() throws SQLException {
    add("null", ago(0), 1);
    add("'-infinity'", ago(0), 1);
    add("'infinity'", ago(0), 1);
    add(ago(0), "'infinity'", 1);

    ActivityCurve curve = curve();

    assertThat(curve.sessions()).isEqualTo(4);
    // Two with a life of a minute, two with one that has no end.
    assertThat(curve.rate()).isEqualTo(2 * 2 / 60.0, within(0.001));
  }

  @Test
  void shouldCountLiveSessionsOnly() throws SQLException {
    add("now()", "now()", 1);
    execute("insert into sessions select 100, 'b', 2, now(), now(), now() + '1 day', 1");
    execute("insert into sessions select 101, 'e', 1, now(), now(), now() - interval '1 s', 1");
    execute("insert into sessions select 102, 'r', 1, now(), now(), now() + '1 day', 1, now()");
    add("now() - interval '2 days'", "now() - interval '25 hours'", 1);

    assertThat(curve().sessions()).isEqualTo(1);
  }

  @Test
  void shouldGiveTheShareOfTheMostRecentAsTheRowsDo() throws SQLException {
    execute(
        """
        insert into sessions
        select i, 't' || i, 1, now() - interval '23 hours', now() - i * interval '7 seconds',
               now() + interval '1 day', 1 + (i * 7919) % 3000
        from generate_series(1, 10000) i
        """);
    ActivityCurve curve = curve();

    for (int count : List.of(10, 100, 1_000, 5_000, 9_999)) {
      assertThat(curve.shareOf(count))
          .as("share of " + count)
          .isEqualTo(exactShareOf(count), within(0.01));
    }
  }

  @Test
  void shouldDoWithoutAColumnOfAnotherType() throws SQLException {
    add(ago(1_000), ago(20), 0);

    assertThat(curve("session.requests", "token").rate()).isEqualTo(0.05, within(0.003));
  }

  @Test
  void shouldTakeTheLargestCount() throws SQLException {
    add(ago(1_000), ago(0), Integer.MAX_VALUE);

    assertThat(curve().rate()).isEqualTo(1, within(0.01));
  }

  private double exactShareOf(int count) throws SQLException {
    String rate = rate(Map.of()).sql();
    String sql =
        """
        select sum(rate) filter (where place <= %d) / sum(rate)
        from (select %s as rate, row_number() over (order by last_activity_at desc) as place
              from sessions s) as all_of_them"""
            .formatted(count, rate);
    try (Statement statement = connection.createStatement();
        var row = statement.executeQuery(sql)) {
      row.next();
      return row.getDouble(1);
    }
  }

  private ActivityCurve curve(String... setting) throws SQLException {
    Map<String, String> changed = setting.length == 0 ? Map.of() : Map.of(setting[0], setting[1]);
    SessionMapping mapping = SessionMapping.resolve(settings(changed), connection);
    return ActivityReader.read(connection, mapping, rate(changed));
  }

  private ActivityRate rate(Map<String, String> changed) throws SQLException {
    MappingSettings settings = settings(changed);
    SessionMapping mapping = SessionMapping.resolve(settings, connection);
    return new ActivityRate(mapping.activity(), ActivityColumns.resolve(settings, connection), now);
  }

  private static MappingSettings settings(Map<String, String> changed) {
    Map<String, String> all =
        new HashMap<>(
            Map.of(
                "tables.sessions", "sessions",
                "tables.users", "users",
                "document.session", "id",
                "document.user", ""));
    all.putAll(changed);
    return Configuration.load(
            new Sources(null, Map.of(), all), List.of(MappingSettings.class), List.of())
        .get(MappingSettings.class);
  }

  private String ago(int seconds) {
    return "timestamptz '" + now.minusSeconds(seconds) + "'";
  }

  private void add(String created, String activity, int requests) throws SQLException {
    execute(
        "insert into sessions select coalesce(max(id), 0) + 1, 't', 1, %s, %s, now() + interval '1 day', %d from sessions"
            .formatted(created, activity, requests));
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
