package dev.sessioncache.warm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.guard.GuardedWrite;
import dev.sessioncache.localstack.ChildProcess;
import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Warms that overlap, one of them killed: none undoes what another has read later. */
@ExtendWith(StackExtension.class)
@Tag("soak")
@Timeout(300)
class WarmTwiceIT {

  private static final int SESSIONS = 40;
  private static final int HALF = SESSIONS / 2;
  private static final int BATCH = 5;

  /** What a change of all sessions adds to their number of requests. */
  private static final int CHANGE = 1_000;

  private static final Pattern REQUESTS = Pattern.compile("\"request_count\":(\\d+)");

  private final WarmServers servers;
  private final Map<String, Integer> seen = new HashMap<>();

  @TempDir private Path directory = Path.of("");

  WarmTwiceIT(Stack stack) throws SQLException {
    servers = new WarmServers(stack, "warm_twice_it", 11);
  }

  @AfterEach
  void close() throws SQLException {
    servers.close();
  }

  @Test
  void shouldNeverGoBackWhenAnOlderWarmGoesOnBesideANewerAndOneIsKilledHalfWay() throws Exception {
    servers.tables.addLive("s", SESSIONS);
    try (ChildProcess older = pausedAtItsBeginning()) {
      int written = servers.tokens().size();
      assertThat(written).as("the rest waits in its memory").isLessThan(HALF - BATCH);
      endTransactionOfTheWarm();
      changeAllAndDelete("s1", "s" + SESSIONS);

      try (ChildProcess killed = start("killed", HALF, Duration.ofMinutes(1))) {
        await("the newer warm is half way", () -> changed() > written + BATCH);
        killed.kill();
      }
      assertThat(changed()).as("half way").isBetween((long) written, SESSIONS - 3L);

      older.resume();
      CompletableFuture<WarmRun> again =
          CompletableFuture.supplyAsync(
              () -> servers.warm("--full", "--batch-size=" + BATCH, "--pause=100ms"));
      while (older.isAlive() || !again.isDone()) {
        changed();
      }

      assertThat(older.exitCode()).as(older.logTail()).isZero();
      assertThat(older.logTail()).containsPattern("\"rejected\":[1-9]");
      assertThat(again.get(WarmServers.TIMEOUT.toSeconds(), TimeUnit.SECONDS).exit()).isZero();
    }

    TreeSet<String> tokens = servers.tokens();
    assertThat(tokens).hasSize(SESSIONS - 2).doesNotContain("s1", "s" + SESSIONS);
    for (String token : tokens) {
      assertThat(servers.tables.isDocument(token, servers.value(token))).as(token).isTrue();
    }
  }

  /** A warm that has not got far; a busy machine may need several attempts. */
  private ChildProcess pausedAtItsBeginning() {
    while (true) {
      ChildProcess warm = start("older", BATCH, Duration.ofMillis(300));
      try {
        await("the older warm has begun", () -> servers.tokens().size() >= BATCH);
        warm.pause();
        if (servers.tokens().size() < HALF - BATCH) {
          return warm;
        }
      } catch (RuntimeException e) {
        warm.close();
        throw e;
      }
      warm.close();
      servers.redis.flushdb();
    }
  }

  private ChildProcess start(String name, int batch, Duration pause) {
    return servers.start(
        directory.resolve(name + ".log"),
        "--json",
        "--full",
        "--target=0",
        "--batch-size=" + batch,
        "--pause=" + pause);
  }

  /** Only one warm at a time has the right, until Postgres ends the transaction of a silent one. */
  private void endTransactionOfTheWarm() throws SQLException {
    servers.tables.query(
        "select pg_terminate_backend(pid, 10000) from pg_stat_activity"
            + " where application_name = 'warmer-bootstrap'");
  }

  /** The stream takes away what is deleted; it is not there to tell of the changes. */
  private void changeAllAndDelete(String... tokens) throws Exception {
    long transaction = servers.nextTransaction();
    for (String token : tokens) {
      servers.tables.execute("delete from platform.user_sessions where token = '" + token + "'");
      servers.streamWrites(
          GuardedWrite.removal("session:" + token, WarmServers.position(transaction, 1)));
    }
    servers.tables.execute(
        "update platform.user_sessions set request_count = request_count + " + CHANGE);
  }

  private static void await(String what, Callable<Boolean> condition) {
    Awaitility.await(what)
        .atMost(WarmServers.TIMEOUT)
        .pollInterval(Duration.ofMillis(10))
        .until(condition);
  }

  /** Looks at all values, none of which may be older than it was; returns how many are changed. */
  private long changed() {
    for (String token : servers.tokens()) {
      byte[] value = servers.redis.get(WarmServers.key(token));
      if (value != null) {
        Matcher requests = REQUESTS.matcher(new String(value, UTF_8));
        assertThat(requests.find()).isTrue();
        int now = Integer.parseInt(requests.group(1));
        assertThat(now).as(token).isGreaterThanOrEqualTo(seen.getOrDefault(token, 0));
        seen.put(token, now);
      }
    }
    return seen.values().stream().filter(requests -> requests > CHANGE).count();
  }
}
