package dev.sessioncache.warm;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.guard.GuardedWrite;
import dev.sessioncache.localstack.ChildProcess;
import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The process is stopped (SIGSTOP) with rows in its memory, and goes on when they are outdated. */
@ExtendWith(StackExtension.class)
@Timeout(300)
class WarmPausedIT {

  private static final int SESSIONS = 20;
  private static final int BATCH = 5;
  private static final int BELOW_TARGET = 3;
  private static final byte[] WARM_RECORD = "warmer:status:warm".getBytes(US_ASCII);

  private final WarmServers servers;

  @TempDir private Path directory = Path.of("");

  WarmPausedIT(Stack stack) throws SQLException {
    servers = new WarmServers(stack, "warm_paused_it", 10);
  }

  @AfterEach
  void close() throws SQLException {
    servers.close();
  }

  /** The shorter the deadline, the shorter the test; a busy machine needs a longer one. */
  @Test
  void shouldWriteNothingMoreWhenItWakesAfterTheTombstonesAreGone() throws Exception {
    servers.tables.addLive("s", SESSIONS);
    Duration deadline = Duration.ofSeconds(2);
    while (!staysSilentAfter(deadline)) {
      deadline = deadline.multipliedBy(2);
      servers.redis.flushdb();
    }
  }

  /** Returns false when the time was up before the first batch. */
  private boolean staysSilentAfter(Duration deadline) throws Exception {
    Duration guardTtl = deadline.plusMillis(100);
    try (ChildProcess warm =
        start("--deadline=" + deadline, "--set=lease.ttl=1s", "--set=guard.ttl=" + guardTtl)) {
      if (!pausedWithRowsInMemory(warm)) {
        return false;
      }
      deleteAll(new GuardSettings(Duration.ofSeconds(1), 0, guardTtl, "warmer:"));
      Awaitility.await("the tombstones are gone")
          .atMost(deadline.plus(WarmServers.TIMEOUT))
          .until(() -> servers.redis.dbsize() == 2); // the generation, and the warm's record

      warm.resume();

      assertThat(warm.endsWithin(WarmServers.TIMEOUT)).isTrue();
      assertThat(warm.exitCode()).as(warm.logTail()).isEqualTo(BELOW_TARGET);
      assertThat(servers.tokens()).isEmpty();
      assertThat(servers.redis.dbsize()).as("the generation and the warm's record").isEqualTo(2);
      return true;
    }
  }

  @Test
  void shouldWriteNothingMoreWhenItWakesAfterRedisWasEmptied() throws Exception {
    servers.tables.addLive("s", SESSIONS);
    while (!staysSilentAfterRedisWasEmptied()) {
      servers.redis.flushdb();
    }
  }

  /** Returns false when all was written before it could be paused. */
  private boolean staysSilentAfterRedisWasEmptied() throws Exception {
    GuardSettings guard =
        new GuardSettings(Duration.ofMinutes(5), 0, Duration.ofHours(1), "warmer:");
    try (ChildProcess warm = start()) {
      if (!pausedWithRowsInMemory(warm)) {
        return false;
      }
      deleteAll(guard);
      servers.redis.flushdb();
      servers.streamWrites(guard, GuardedWrite.removal("session:new", WarmServers.position(1, 1)));

      warm.resume();

      assertThat(warm.endsWithin(WarmServers.TIMEOUT)).isTrue();
      assertThat(warm.exitCode()).isEqualTo(1);
      assertThat(Files.readString(warm.log()))
          .contains("warmer: Redis was emptied or replaced during the warm: run it again");
      assertThat(servers.tokens()).isEmpty();
      assertThat(servers.redis.dbsize())
          .as("the new generation, its one guard and the warm's record")
          .isEqualTo(3);
      return true;
    }
  }

  /** More rows than fit between the two processes, so that Postgres waits to send the others. */
  @Test
  void shouldLoseItsTransactionWhenItSleepsPastItsDeadline() throws Exception {
    servers.tables.addLive("s", 60_000);
    Duration deadline = Duration.ofSeconds(3);
    while (!losesItsTransactionAfter(deadline)) {
      deadline = deadline.multipliedBy(2);
      servers.redis.flushdb();
    }
  }

  /** Returns false when the time was up before the first batch, or before Postgres was asked. */
  private boolean losesItsTransactionAfter(Duration deadline) throws SQLException {
    long startNanos = System.nanoTime();
    try (ChildProcess warm = start("--count=60000", "--target=0", "--deadline=" + deadline)) {
      if (!pausedWithRowsInMemory(warm)) {
        return false;
      }
      String transactions = transactionsOfWarms();
      if (System.nanoTime() - startNanos >= deadline.toNanos()) {
        return false;
      }
      assertThat(transactions).isEqualTo("1");
      Awaitility.await("Postgres has ended the transaction")
          .atMost(deadline.plus(WarmServers.TIMEOUT))
          .until(() -> transactionsOfWarms().equals("0"));
      return true;
    }
  }

  private String transactionsOfWarms() throws SQLException {
    return servers.tables.query(
        "select count(*) from pg_stat_activity where application_name = 'warmer-bootstrap'"
            + " and xact_start is not null and backend_type = 'client backend'");
  }

  private ChildProcess start(String... args) {
    List<String> all = new ArrayList<>(List.of("--batch-size=" + BATCH, "--pause=300ms"));
    all.addAll(List.of(args));
    return servers.start(directory.resolve("warm.log"), all.toArray(String[]::new));
  }

  /**
   * All rows are on their way; the first batch is written and recorded, the others wait.
   *
   * @return false when the warm has ended before
   */
  private boolean pausedWithRowsInMemory(ChildProcess warm) throws SQLException {
    Awaitility.await("the first batch is recorded, or the warm has ended")
        .atMost(WarmServers.TIMEOUT)
        .pollInterval(Duration.ofMillis(10))
        .until(() -> servers.redis.exists(WARM_RECORD) == 1 || !warm.isAlive());
    warm.pause();
    if (!warm.isAlive()) {
      assertThat(warm.exitCode()).as(warm.logTail()).isIn(0, BELOW_TARGET);
      return false;
    }
    int written = servers.tokens().size();
    int live =
        Integer.parseInt(servers.tables.query("select count(*) from platform.user_sessions"));
    return written > 0 && written < live;
  }

  private void deleteAll(GuardSettings guard) throws Exception {
    long transaction = servers.nextTransaction();
    servers.tables.execute("delete from platform.user_sessions");
    servers.streamWrites(
        guard,
        IntStream.rangeClosed(1, SESSIONS)
            .mapToObj(i -> "session:s" + i)
            .map(key -> GuardedWrite.removal(key, WarmServers.position(transaction, 1)))
            .toArray(GuardedWrite[]::new));
    assertThat(servers.tokens()).isEmpty();
  }
}
