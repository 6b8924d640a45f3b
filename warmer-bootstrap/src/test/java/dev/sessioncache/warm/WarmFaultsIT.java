package dev.sessioncache.warm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a warm does when time or a server fails it: it never writes what may be outdated. */
@ExtendWith(StackExtension.class)
class WarmFaultsIT {

  private static final int BELOW_TARGET = 3;

  private final WarmServers servers;

  WarmFaultsIT(Stack stack) throws SQLException {
    servers = new WarmServers(stack, "warm_faults_it", 8);
  }

  @AfterEach
  void close() throws SQLException {
    servers.close();
  }

  @Test
  void shouldWriteNothingWhenHeldUpBeyondTheDeadline() throws Exception {
    servers.tables.addLive("s", 20);

    CompletableFuture<WarmRun> run =
        servers.warmAtTheFirstRow("--deadline", "3s", "--batch-size", "5");
    servers.stack.redis().pause();
    servers.releaseRows();
    try {
      Awaitility.await("the deadline has passed")
          .pollDelay(Duration.ofMillis(3500))
          .until(() -> true);
    } finally {
      servers.stack.redis().resume();
    }

    WarmRun late = run.get(WarmServers.TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    assertThat(late.exit()).isEqualTo(BELOW_TARGET);
    assertThat(late.json("/written")).isEqualTo("0");
    assertThat(late.json("/late")).isEqualTo("20");
    assertThat(late.json("/deadline_reached")).isEqualTo("true");
    assertThat(servers.tokens()).isEmpty();
    assertThat(servers.redis.dbsize()).as("the generation and the warm's record").isEqualTo(2);
  }

  @Test
  void shouldEndAtTheDeadlineWhenPostgresKeepsItWaiting() throws Exception {
    servers.tables.addLive("s", 20);
    try (Connection lock = servers.tables.locked("platform.user_sessions")) {
      WarmRun run = servers.warm("--deadline", "1s", "--json");

      assertThat(lock.isClosed()).isFalse();
      assertThat(run.exit()).isEqualTo(BELOW_TARGET);
      assertThat(run.json("/read")).isEqualTo("0");
      assertThat(run.json("/deadline_reached")).isEqualTo("true");
      assertThat(Double.parseDouble(run.json("/seconds"))).isBetween(1.0, 4.0);
    }
  }

  @Test
  void shouldRepeatBatchesWhenTheConnectionBreaks() throws Exception {
    servers.tables.addLive("s", 20);

    CompletableFuture<WarmRun> run = servers.warmAtTheFirstRow("--batch-size", "5");
    servers.client("PAUSE", "20000", "WRITE");
    try {
      servers.releaseRows();
      Awaitility.await("a batch waits")
          .atMost(WarmServers.TIMEOUT)
          .until(() -> servers.warmClient().contains("cmd=evalsha"));
      servers.redis.clientKill(servers.warmClient().replaceFirst(".* addr=(\\S+) .*", "$1"));
    } finally {
      servers.client("UNPAUSE");
    }

    WarmRun repeated = run.get(WarmServers.TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    assertThat(repeated.exit()).as(repeated.err()).isZero();
    assertThat(repeated.json("/written")).isEqualTo("20");
    assertThat(Long.parseLong(repeated.json("/retries"))).isPositive();
  }

  @Test
  void shouldFailWhenRedisComesBackEmpty() throws Exception {
    servers.tables.addLive("s", 20);

    CompletableFuture<WarmRun> run = servers.warmAtTheFirstRow("--batch-size", "5");
    servers.stack.redis().kill();
    servers.releaseRows();
    servers.stack.redis().start();

    WarmRun failed = run.get(WarmServers.TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    assertThat(failed.exit()).isEqualTo(1);
    assertThat(failed.err().strip())
        .isEqualTo("warmer: Redis was emptied or replaced during the warm: run it again");
    Awaitility.await("reconnected")
        .atMost(WarmServers.TIMEOUT)
        .ignoreExceptions()
        .untilAsserted(() -> assertThat(servers.tokens()).isEmpty());
  }

  @Test
  void shouldFailWhenRedisStaysAway() throws Exception {
    servers.tables.addLive("s", 20);

    CompletableFuture<WarmRun> run = servers.warmAtTheFirstRow("--deadline", "2s");
    servers.stack.redis().kill();
    try {
      servers.releaseRows();
      WarmRun failed = run.get(WarmServers.TIMEOUT.toSeconds(), TimeUnit.SECONDS);
      assertThat(failed.exit()).isEqualTo(1);
      assertThat(failed.err().strip())
          .isEqualTo(
              "warmer: Redis stopped answering, 0 sessions are warm: check it and run the warm"
                  + " again, it is safe to repeat");
    } finally {
      servers.stack.redis().start();
      Awaitility.await("reconnected")
          .atMost(WarmServers.TIMEOUT)
          .ignoreExceptions()
          .until(() -> "PONG".equals(servers.redis.ping()));
    }
  }

  @Test
  void shouldCountWhatFindsNoMemory() throws SQLException {
    servers.tables.addLive("s", 5);
    servers.redis.configSet("maxmemory", "1");
    try {
      WarmRun run = servers.warm("--json");

      assertThat(run.exit()).isEqualTo(BELOW_TARGET);
      assertThat(run.json("/written")).isEqualTo("0");
      assertThat(run.json("/no_memory")).isEqualTo("5");
    } finally {
      servers.redis.configSet("maxmemory", "0");
    }
  }
}
