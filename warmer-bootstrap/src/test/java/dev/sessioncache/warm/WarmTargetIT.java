package dev.sessioncache.warm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What share of the requests a warm accounts for, and how its exit code says so. */
@ExtendWith(StackExtension.class)
class WarmTargetIT {

  private static final int BELOW_TARGET = 3;

  private final WarmServers servers;

  WarmTargetIT(Stack stack) throws SQLException {
    servers = new WarmServers(stack, "warm_target_it", 11);
  }

  @AfterEach
  void close() throws SQLException {
    servers.close();
  }

  @Test
  void shouldReachTheTargetWhenAllAreWarm() throws SQLException {
    servers.tables.addLive("s", 100);

    WarmRun run = servers.warm("--json");

    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(Double.parseDouble(run.json("/coverage"))).isGreaterThan(0.999);
    assertThat(run.json("/live_sessions")).isEqualTo("100");
    assertThat(run.json("/target_reached")).isEqualTo("true");
  }

  @Test
  void shouldMissTheTargetWhenTheCountIsTooSmall() throws SQLException {
    addSessionsThatCameAsManyMinutesAgoAsTheirNumber();

    WarmRun run = servers.warm("--json", "--count", "10");

    assertThat(run.exit()).isEqualTo(BELOW_TARGET);
    // By the harmonic numbers: H(10) / H(1000).
    assertThat(Double.parseDouble(run.json("/coverage"))).isBetween(0.35, 0.43);
    assertThat(run.json("/target_reached")).isEqualTo("false");
    assertThat(new String(servers.redis.get("warmer:status:warm".getBytes(UTF_8)), UTF_8))
        .contains("\"coverage\":" + run.json("/coverage") + ",\"target\":0.9");
    assertThat(servers.warm("--count", "10", "--target", "0.3").exit()).isZero();
  }

  @Test
  void shouldTakeAsFewAsTheTargetNeeds() throws SQLException {
    addSessionsThatCameAsManyMinutesAgoAsTheirNumber();

    WarmRun run = servers.warm("--json", "--count", "auto");

    assertThat(run.exit()).as(run.out()).isZero();
    assertThat(Double.parseDouble(run.json("/coverage"))).isBetween(0.9, 0.93);
    assertThat(Integer.parseInt(run.json("/read"))).isBetween(450, 560);
  }

  @Test
  void shouldTakeNoMoreThanTheMostThatItMay() throws SQLException {
    servers.tables.addLive("s", 1_000);

    WarmRun run = servers.warm("--json", "--count", "auto", "--max-count", "50");

    assertThat(run.exit()).isEqualTo(BELOW_TARGET);
    assertThat(run.json("/read")).isEqualTo("50");
  }

  @Test
  void shouldTakeNoMoreThanThereIsMemoryFor() throws SQLException {
    servers.tables.addLive("s", 5_000);
    long before = servers.usedMemory();

    WarmRun run = servers.warm("--json", "--count", "auto", "--max-memory", "1mb");

    assertThat(run.exit()).isEqualTo(BELOW_TARGET);
    assertThat((servers.usedMemory() - before) / (double) (1 << 20)).isBetween(0.8, 1.2);
  }

  @Test
  void shouldTakeNoMoreThanRedisHasMemoryFor() throws SQLException {
    servers.tables.addLive("s", 20_000);
    long before = servers.usedMemory();
    long maxmemory = before + (8 << 20);
    servers.redis.configSet("maxmemory", Long.toString(maxmemory));
    try {
      double share = 100.0 * (4 << 20) / maxmemory;

      WarmRun run =
          servers.warm("--json", "--count=auto", "--max-memory=" + Math.round(share) + "%");

      assertThat(run.json("/no_memory")).isEqualTo("0");
      assertThat((servers.usedMemory() - before) / (double) (4 << 20)).isBetween(0.75, 1.25);
    } finally {
      servers.redis.configSet("maxmemory", "0");
    }
  }

  @Test
  void shouldEstimateNothingWithoutATarget() throws SQLException {
    servers.tables.addLive("s", 100);

    WarmRun run = servers.warm("--json", "--count", "1", "--target", "0");

    assertThat(run.exit()).isZero();
    assertThat(run.json("/coverage")).isEqualTo("null");
  }

  @Test
  void shouldReachTheTargetWhenThereIsNothingToWarm() {
    WarmRun run = servers.warm("--json");

    assertThat(run.exit()).isZero();
    assertThat(run.json("/coverage")).isEqualTo("1.0000");
  }

  @Test
  void shouldNotCountWhatFoundNoMemory() throws SQLException {
    servers.tables.addLive("s", 100);
    servers.redis.configSet("maxmemory", "1");
    try {
      WarmRun run = servers.warm("--json");

      assertThat(run.exit()).isEqualTo(BELOW_TARGET);
      assertThat(run.json("/coverage")).isEqualTo("0.0000");
    } finally {
      servers.redis.configSet("maxmemory", "0");
    }
  }

  /** All writes are refused, and nothing is there. */
  @Test
  void shouldNotCountWhatTheGuardRefuses() throws SQLException {
    servers.tables.addLive("s", 100);
    servers.redis.set(
        "warmer:floor".getBytes(UTF_8), WarmServers.position(1L << 30, 1L << 30).getBytes(UTF_8));

    WarmRun run = servers.warm("--json");

    assertThat(run.json("/rejected")).isEqualTo("100");
    assertThat(run.json("/coverage")).isEqualTo("0.0000");
    assertThat(run.exit()).isEqualTo(BELOW_TARGET);
  }

  @Test
  void shouldReachAllOfIt() throws SQLException {
    servers.tables.addLive("s", 100);

    assertThat(servers.warm("--target=1").exit()).isZero();
  }

  /** The work is done, whatever becomes of the estimate. */
  @Test
  void shouldSayThatTheCoverageIsUnknownWhenItsConnectionIsRefused() throws SQLException {
    servers.tables.addLive("s", 100);
    servers.tables.execute(
        """
        create role warm_target_reader login password 'reader' connection limit 1;
        grant usage on schema platform to warm_target_reader;
        grant select on all tables in schema platform to warm_target_reader
        """);
    String url = servers.tables.url.replaceFirst("//[^@]+@", "//warm_target_reader:reader@");

    WarmRun run = WarmRun.of(Map.of("DATABASE_URL", url, "REDIS_URL", servers.redisUrl), "--json");
    servers.tables.execute("drop owned by warm_target_reader; drop role warm_target_reader");

    assertThat(run.json("/written")).isEqualTo("100");
    assertThat(run.json("/coverage")).isEqualTo("null");
    assertThat(run.exit()).isEqualTo(BELOW_TARGET);
  }

  @Test
  void shouldRefuseATargetThatIsNoShare() {
    assertThat(servers.warm("--target", "90").exit()).isEqualTo(2);
  }

  private void addSessionsThatCameAsManyMinutesAgoAsTheirNumber() throws SQLException {
    servers.tables.addLive("s", 1_000);
    servers.tables.execute(
        "update platform.user_sessions"
            + " set last_activity_at = now() - request_count * interval '1 minute'");
  }
}
