package dev.sessioncache.warm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a warm does when time or a server fails it: it never writes what may be outdated. */
@ExtendWith(StackExtension.class)
@Timeout(300)
class WarmFaultsIT {

  private static final int SESSIONS = 20;
  private static final int BELOW_TARGET = 3;

  /** For how long a warm waits for an answer of Redis. */
  private static final Duration COMMAND_TIMEOUT = Duration.ofSeconds(5);

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
    servers.tables.addLive("s", SESSIONS);
    while (!writesNothingWhenHeldUp()) {
      servers.redis.flushdb();
    }
  }

  /**
   * Returns false when its rows came too late, or Redis was away for so long that it gave it up. A
   * longer deadline would help against the first, but not against the second.
   */
  private boolean writesNothingWhenHeldUp() throws Exception {
    Duration deadline = Duration.ofSeconds(3);
    CompletableFuture<WarmRun> run =
        servers.warmAtTheFirstRow("--deadline=" + deadline, "--batch-size=5");
    long begunNanos = System.nanoTime();
    servers.stack.redis().pause();
    try {
      servers.releaseRows();
      Awaitility.await("the deadline has passed, by the clock of Redis too")
          .atMost(WarmServers.TIMEOUT)
          .until(() -> since(begunNanos).compareTo(deadline.plusMillis(100)) > 0);
    } finally {
      servers.stack.redis().resume();
    }

    WarmRun late = run.get(WarmServers.TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    if (since(begunNanos).compareTo(COMMAND_TIMEOUT) >= 0 || hadNotItsRowsInTime(late)) {
      return false;
    }
    assertThat(late.exit()).as(late.err()).isEqualTo(BELOW_TARGET);
    assertThat(late.json("/written")).isEqualTo("0");
    assertThat(late.json("/late")).isEqualTo(Integer.toString(SESSIONS));
    assertThat(late.json("/deadline_reached")).isEqualTo("true");
    assertThat(servers.tokens()).isEmpty();
    assertThat(servers.redis.dbsize()).as("the generation and the warm's record").isEqualTo(2);
    return true;
  }

  private static Duration since(long nanoTime) {
    return Duration.ofNanos(System.nanoTime() - nanoTime);
  }

  private static boolean hadNotItsRowsInTime(WarmRun run) {
    return run.exit() == BELOW_TARGET && !run.json("/read").equals(Integer.toString(SESSIONS));
  }

  @Test
  void shouldEndAtTheDeadlineWhenPostgresKeepsItWaiting() throws Exception {
    servers.tables.addLive("s", SESSIONS);
    Duration deadline = Duration.ofSeconds(1);
    while (!endsAtTheDeadline(deadline)) {
      deadline = deadline.multipliedBy(2);
    }
  }

  /** Returns false when it had no time to wait, or the machine none to end it in time. */
  private boolean endsAtTheDeadline(Duration deadline) throws Exception {
    CompletableFuture<WarmRun> waiting = servers.warmAtTheFirstRow("--deadline=" + deadline);
    try {
      if (waiting.isDone()) {
        assertThat(waiting.get().json("/deadline_reached")).isEqualTo("true");
        return false;
      }
      WarmRun run = waiting.get(WarmServers.TIMEOUT.toSeconds(), TimeUnit.SECONDS);
      assertThat(run.exit()).as(run.err()).isEqualTo(BELOW_TARGET);
      assertThat(run.json("/read")).isEqualTo("0");
      assertThat(run.json("/deadline_reached")).isEqualTo("true");
      double seconds = Double.parseDouble(run.json("/seconds"));
      assertThat(seconds).isGreaterThanOrEqualTo(deadline.toSeconds());
      return seconds <= deadline.toSeconds() + 3;
    } finally {
      servers.releaseRows();
    }
  }

  @Test
  void shouldRepeatBatchesWhenTheConnectionBreaks() throws Exception {
    servers.tables.addLive("s", SESSIONS);

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
    servers.tables.addLive("s", SESSIONS);

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
    servers.tables.addLive("s", SESSIONS);
    Duration deadline = Duration.ofSeconds(2);
    while (!failsWithoutRedis(deadline)) {
      deadline = deadline.multipliedBy(2);
      servers.redis.flushdb();
    }
  }

  /** Returns false when its rows came too late. */
  private boolean failsWithoutRedis(Duration deadline) throws Exception {
    CompletableFuture<WarmRun> run = servers.warmAtTheFirstRow("--deadline=" + deadline);
    servers.stack.redis().kill();
    try {
      servers.releaseRows();
      WarmRun failed = run.get(WarmServers.TIMEOUT.toSeconds(), TimeUnit.SECONDS);
      if (hadNotItsRowsInTime(failed)) {
        return false;
      }
      assertThat(failed.exit()).isEqualTo(1);
      assertThat(failed.err().strip())
          .isEqualTo(
              "warmer: Redis stopped answering, 0 sessions are warm: check it and run the warm"
                  + " again, it is safe to repeat");
      return true;
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
