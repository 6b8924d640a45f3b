package dev.sessioncache.warm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.localstack.LocalRedisCluster;
import dev.sessioncache.localstack.RedisVersion;
import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import io.lettuce.core.api.sync.RedisCommands;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Warms of a real cluster of three masters. */
@ExtendWith(StackExtension.class)
class WarmClusterIT {

  private static LocalRedisCluster cluster;

  private WarmServers servers;

  @BeforeAll
  static void startCluster() {
    cluster = LocalRedisCluster.start(RedisVersion.V6_2);
  }

  @AfterAll
  static void stopCluster() {
    cluster.close();
  }

  @BeforeEach
  void open(Stack stack) throws SQLException {
    servers = new WarmServers(stack, "warm_cluster_it", cluster.url());
  }

  @AfterEach
  void close() throws SQLException {
    servers.close();
  }

  @Test
  void shouldPutTheLiveSessionsOnAllServers() throws SQLException {
    servers.tables.addLive("live", 300);
    servers.tables.add("revoked", 1, "now()", "now() + interval '1 day'", "now()");

    WarmRun run = servers.warm("--json", "--quiet", "--batch-size", "50");

    assertThat(run.exit()).isZero();
    assertThat(run.err()).isEmpty();
    assertThat(servers.tokens()).hasSize(300);
    assertThat(run.json("/written")).isEqualTo("300");
    for (int i = 0; i < 3; i++) {
      int keys = cluster.ask(i, redis -> redis.keys("session:*").size());
      assertThat(keys).isGreaterThan(50);
    }
  }

  @Test
  void shouldWriteWhatIsMissingAlone() throws SQLException {
    servers.tables.addLive("live", 100);
    servers.warm();
    servers.redis.del(servers.redis.keys("session:live1*").toArray(byte[][]::new));

    WarmRun run = servers.warm("--incremental", "--json", "--quiet");

    assertThat(servers.tokens()).hasSize(100);
    assertThat(run.json("/present")).isEqualTo("88");
    assertThat(run.json("/written")).isEqualTo("12");
  }

  @Test
  void shouldTellWhatTheClusterHolds() throws SQLException {
    servers.tables.addLive("live", 100);
    servers.warm();

    WarmRun run = servers.run(new Stats(servers.environment()), "--json");

    assertThat(run.exit()).isZero();
    assertThat(run.json("/sessions")).isEqualTo("100");
  }

  @Test
  void shouldFailWhenAServerIsEmptiedMeanwhile() throws Exception {
    servers.tables.addLive("live", 20);
    CompletableFuture<WarmRun> warm = servers.warmAtTheFirstRow();
    for (int i = 0; i < 3; i++) {
      cluster.ask(i, RedisCommands::flushall);
    }
    servers.releaseRows();

    WarmRun run = warm.get(WarmServers.TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    assertThat(run.exit()).isEqualTo(1);
    assertThat(run.err()).contains("emptied or replaced");
    assertThat(servers.tokens()).isEmpty();
    assertThat(servers.warm().exit()).isZero();
    assertThat(servers.tokens()).hasSize(20);
  }

  @Test
  void shouldWriteAllWhenAServerForgetsItsScriptsMeanwhile() throws Exception {
    servers.tables.addLive("live", 60);
    CompletableFuture<WarmRun> warm = servers.warmAtTheFirstRow();
    cluster.ask(1, RedisCommands::scriptFlush);
    servers.releaseRows();

    assertThat(warm.get(WarmServers.TIMEOUT.toSeconds(), TimeUnit.SECONDS).exit()).isZero();
    assertThat(servers.tokens()).hasSize(60);
  }
}
