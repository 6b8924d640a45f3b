package dev.sessioncache.warm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a warm leaves in a real Redis, from a real Postgres. */
@ExtendWith(StackExtension.class)
class WarmIT {

  private final WarmServers servers;

  WarmIT(Stack stack) throws SQLException {
    servers = new WarmServers(stack, "warm_it", 6);
  }

  @AfterEach
  void close() throws SQLException {
    servers.close();
  }

  @Test
  void shouldPutExactlyTheLiveSessionsIntoRedis() throws SQLException {
    servers.tables.addLive("live", 3);
    servers.tables.add("expired", 1, "now()", "now() - interval '1 second'", "null");
    servers.tables.add("revoked", 1, "now()", "now() + interval '1 day'", "now()");
    servers.tables.add(
        "idle", 1, "now() - interval '25 hours'", "now() + interval '1 day'", "null");
    servers.tables.add("banned", 2, "now()", "now() + interval '1 day'", "null");

    WarmRun run = servers.warm("--json", "--quiet");

    assertThat(run.exit()).isZero();
    assertThat(servers.tokens()).containsExactly("live1", "live2", "live3");
    assertThat(run.json("/read")).isEqualTo("3");
    assertThat(run.json("/written")).isEqualTo("3");
    assertThat(run.json("/rejected")).isEqualTo("0");
    assertThat(run.json("/timeline")).isEqualTo("1");
    assertThat(run.json("/deadline_reached")).isEqualTo("false");
    assertThat(Long.parseLong(run.json("/first_write_ms"))).isPositive();
    assertThat(run.out().lines()).hasSize(1);
    assertThat(run.err()).isEmpty();
  }

  @Test
  void shouldStoreTheDocumentThatSqlSays() throws SQLException {
    servers.tables.addLive("a", 20);
    servers.tables.add("bare", 1, "now()", "'9999-12-31 00:00:00Z'", "null");

    servers.warm();

    for (String token : servers.tokens()) {
      assertThat(servers.tables.isDocument(token, servers.value(token)))
          .as("%s: %s", token, servers.value(token))
          .isTrue();
    }
    assertThat(servers.tokens()).hasSize(21);
  }

  @Test
  void shouldTakeTheHottestWhenThereAreMoreThanTheCount() throws SQLException {
    servers.tables.addLive("hot", 30);

    WarmRun run = servers.warm("--count", "7", "--batch-size", "2", "--json");

    assertThat(servers.tokens())
        .containsExactly("hot1", "hot2", "hot3", "hot4", "hot5", "hot6", "hot7");
    assertThat(run.json("/read")).isEqualTo("7");
  }

  @Test
  void shouldLookBackAsFarAsTheWindow() throws SQLException {
    servers.tables.add("old", 1, "now() - interval '6 days'", "now() + interval '1 day'", "null");
    servers.tables.add("older", 1, "now() - interval '8 days'", "now() + interval '1 day'", "null");

    servers.warm("--window", "7d");

    assertThat(servers.tokens()).containsExactly("old");
  }

  @Test
  void shouldLetValuesLapseWithTheLeaseOrTheSession() throws SQLException {
    servers.tables.addLive("long", 50);
    servers.tables.add("short", 1, "now()", "now() + interval '3 minutes'", "null");
    servers.tables.add(
        "leaving", 1, "now() - interval '23:57:00'", "now() + interval '1 day'", "null");

    servers.warm();

    assertThat(servers.tokens()).hasSize(52);
    for (String token : servers.tokens()) {
      boolean endsSoon = token.equals("short") || token.equals("leaving");
      assertThat(servers.redis.pttl(WarmServers.key(token)))
          .as(token)
          .isBetween(endsSoon ? 60_000L : 190_000L, endsSoon ? 180_000L : 300_000L);
    }
  }

  @Test
  void shouldTakeColumnsOfManyTypes() throws SQLException {
    servers.tables.execute(
        """
        create type platform.kind as enum ('web', 'app');
        alter table platform.user_sessions
          add tags text[] default array['a"b', null, 'c\\d'], add nets inet default '10.1.0.0/16',
          add kind platform.kind default 'app', add score numeric default 1.50,
          add many jsonb[] default array['{"x": [1]}'::jsonb], add seen timestamptz[]
            default array['2026-01-31 12:00:00.5+00'::timestamptz]
        """);
    servers.tables.addLive("s", 1);

    WarmRun run =
        servers.warm(
            "--set=document.session=tags,nets,kind,score,many,seen", "--set=document.user=");

    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(servers.value("s1"))
        .isEqualTo(
            "{\"tags\":[\"a\\\"b\",null,\"c\\\\d\"],\"nets\":\"10.1.0.0/16\",\"kind\":\"app\",\"score\":1.50,"
                + "\"many\":[{\"x\": [1]}],\"seen\":[\"2026-01-31T12:00:00.500000Z\"]}");
  }

  @Test
  void shouldBeRepeatable() throws SQLException {
    servers.tables.addLive("s", 10);

    assertThat(servers.warm("--json").json("/written")).isEqualTo("10");
    assertThat(servers.warm("--json").json("/written")).isEqualTo("10");
  }

  @Test
  void shouldCountAndSkipTokensThatCanBeNoKey() throws SQLException {
    servers.tables.addLive("s", 2);
    servers.tables.add("with space", 1, "now()", "now() + interval '1 day'", "null");
    servers.tables.add("with{brace}", 1, "now()", "now() + interval '1 day'", "null");

    WarmRun run = servers.warm("--json", "--target=0");

    assertThat(run.exit()).isZero();
    assertThat(servers.tokens()).containsExactly("s1", "s2");
    assertThat(run.json("/skipped/unusable_key")).isEqualTo("2");
    assertThat(run.json("/read")).isEqualTo("4");
  }
}
