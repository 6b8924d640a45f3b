package dev.sessioncache.warm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.activity.ActivityRate;
import dev.sessioncache.config.Configuration;
import dev.sessioncache.config.DatabaseUrl;
import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import dev.sessioncache.mapping.ActivityColumns;
import dev.sessioncache.mapping.MappingSettings;
import dev.sessioncache.mapping.SessionMapping;
import dev.sessioncache.postgres.PostgresConnections;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whichever way a row comes, by COPY or by a query, the same is made of it. */
@ExtendWith(StackExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LiveSessionsIT {

  private static final String TOKEN_KEY = "0123456789abcdef".repeat(4);
  private static final int ROWS = 4;

  /** Values that are usual, at the edge, and none; each column of a type of its own. */
  private static final String TABLES =
      """
      set timezone = 'UTC';
      create type mood as enum ('sad', 'happy');
      create table users (id uuid primary key, name text, since timestamptz);
      create table sessions (
        id uuid primary key, user_id uuid, token text, last_activity_at timestamptz, expires_at timestamptz,
        txt text, str varchar(30), feeling mood, net inet, small smallint, large bigint, exact numeric,
        near real, far float8, flag boolean, at timestamptz, j json, b jsonb,
        texts text[], moments timestamptz[], docs jsonb[], numbers int[]);
      insert into users values
        ('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', E'Zo\\u00eb "Z" \\\\ \\t 😀', '0044-03-15 12:00:00 BC'),
        ('b0eebc99-9c0b-4ef8-bb6d-6bb9bd380a12', null, null);
      insert into sessions
      select v.id::uuid, v.user_id::uuid, 't' || left(v.id, 1), now(), v.expires_at::timestamptz,
        v.txt, v.str, v.feeling::mood, v.net::inet, v.small, v.large, v.exact, v.near, v.far, v.flag, v.at::timestamptz,
        v.j::json, v.b::jsonb, v.texts::text[], v.moments::timestamptz[], v.docs::jsonb[], v.numbers::int[]
      from (values
        ('10eebc99-9c0b-4ef8-bb6d-6bb9bd380a13', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 'infinity',
         E'é "q" \\\\ / \\b\\f\\n\\r\\x01\\x7f', 'short', 'sad', '10.0.0.0/8', -32768, 9223372036854775807, 1.500, 0.1, 1e300,
         true, 'infinity', '{"b" : 1,  "a": ["é"]}', '{"b" : 1,  "a": ["é"]}',
         '{a,NULL,"q\\"é"}', '{2026-07-01 12:00:00+02,infinity}', array['"x"', '[1, 2]', null]::text[], '{{1,2},{3,4}}'),
        ('20eebc99-9c0b-4ef8-bb6d-6bb9bd380a13', 'b0eebc99-9c0b-4ef8-bb6d-6bb9bd380a12', '2999-01-01 00:00:00.000001',
         '', '', 'happy', '2001:db8::1', 0, -1, 'NaN', 'NaN', '-Infinity',
         false, '2026-01-31 12:00:00.5', 'null', '"text"', '{}', '{}', '{}', '{}'),
        ('30eebc99-9c0b-4ef8-bb6d-6bb9bd380a13', 'b0eebc99-9c0b-4ef8-bb6d-6bb9bd380a12', '12026-01-01',
         null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null, null),
        ('40eebc99-9c0b-4ef8-bb6d-6bb9bd380a13', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '2999-01-01',
         '😀', 'x', 'sad', '10.0.0.1', 1, 1, 1e20, 1, 0, true, '0044-03-15 12:00:00 BC', '1', '[]', '{}', '{}', '{}', '{}')
      ) v (id, user_id, expires_at, txt, str, feeling, net, small, large, exact, near, far, flag, at, j, b, texts, moments, docs, numbers)
      """;

  private final Stack stack;

  LiveSessionsIT(Stack stack) {
    this.stack = stack;
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "hmac-sha256"})
  void shouldMakeTheSameOfACopiedRowAsOfAQueriedOne(String hash) throws SQLException {
    String database = stack.createDatabase("live_sessions_it_" + hash.replace('-', '_'));
    try (Connection connection =
            PostgresConnections.open(DatabaseUrl.parse(database), "live-sessions-it");
        Statement statement = connection.createStatement()) {
      statement.execute(TABLES);
      SnapshotReader snapshot = SnapshotReader.look(connection, Duration.ofMinutes(1));
      SessionMapping mapping =
          SessionMapping.resolve(
              Configuration.section(MappingSettings.class, settings(hash)), connection);
      ActivityRate rate =
          new ActivityRate(mapping.activity(), ActivityColumns.none(), snapshot.clock().read());
      LiveSessions sessions = new LiveSessions(connection, mapping, rate);

      Map<String, SessionRow> copied = new HashMap<>();
      RowSource rows = sessions.rows(Integer.MAX_VALUE, null);
      for (SessionRow row = rows.next(); row != null; row = rows.next()) {
        copied.put(Place.of(row.session(), mapping).id(), row);
      }
      Map<String, SessionRow> queried = sessions.rows(new ArrayList<>(copied.keySet()));

      assertThat(queried).hasSize(ROWS);
      EntryBuilder entries = new EntryBuilder(mapping, new Tally());
      queried.forEach(
          (id, row) -> {
            Optional<Entry> ofQuery = entries.build(row);
            Optional<Entry> ofCopy = entries.build(Objects.requireNonNull(copied.get(id)));
            assertThat(text(ofCopy)).contains("\"user\":{").isEqualTo(text(ofQuery));
            assertThat(ofCopy.map(Entry::key)).isEqualTo(ofQuery.map(Entry::key));
            assertThat(ofCopy.map(Entry::liveUntil)).isEqualTo(ofQuery.map(Entry::liveUntil));
          });
    }
  }

  private static String text(Optional<Entry> entry) {
    return new String(entry.orElseThrow().document(), UTF_8);
  }

  private static Map<String, String> settings(String hash) {
    Map<String, String> settings =
        new HashMap<>(
            Map.of(
                "tables.sessions", "sessions",
                "tables.users", "users",
                "session.revoked", "",
                "user.status", "",
                "document.session",
                    "id,txt,str,feeling,net,small,large,exact,near,far,flag,at,j,b,texts,moments,docs,numbers,expires_at",
                "document.user", "id,name,since"));
    if (!hash.equals("none")) {
      settings.put("token.hash", hash);
      settings.put("token.hash.key", TOKEN_KEY);
    }
    return settings;
  }
}
