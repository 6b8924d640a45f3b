package dev.sessioncache.warm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.config.RedisUrl;
import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.guard.GuardedWrite;
import dev.sessioncache.guard.GuardedWriter;
import dev.sessioncache.guard.RowVersion;
import dev.sessioncache.guard.StreamPosition;
import dev.sessioncache.guard.TransactionId;
import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import dev.sessioncache.redis.RedisConnections;
import io.lettuce.core.api.sync.RedisCommands;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a warm leaves in a real Redis, from a real Postgres. */
@ExtendWith(StackExtension.class)
class WarmIT {

  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final GuardSettings GUARD =
      new GuardSettings(Duration.ofMinutes(5), 0.1, Duration.ofHours(1), "warmer:");

  private final Stack stack;
  private final SessionTables tables;
  private final RedisConnections connections;
  private final RedisCommands<byte[], byte[]> redis;

  WarmIT(Stack stack) throws SQLException {
    this.stack = stack;
    this.tables = new SessionTables(stack, "warm_it");
    this.connections = new RedisConnections(RedisUrl.parse(redisUrl()), "warm-it");
    this.redis = connections.open().sync();
  }

  @BeforeEach
  void empty() {
    redis.flushdb();
  }

  @AfterEach
  void close() throws SQLException {
    redis.flushdb();
    connections.close();
    tables.close();
  }

  @Test
  void shouldPutExactlyTheLiveSessionsIntoRedis() throws SQLException {
    tables.addLive("live", 3);
    tables.add("expired", 1, "now()", "now() - interval '1 second'", "null");
    tables.add("revoked", 1, "now()", "now() + interval '1 day'", "now()");
    tables.add("idle", 1, "now() - interval '25 hours'", "now() + interval '1 day'", "null");
    tables.add("banned", 2, "now()", "now() + interval '1 day'", "null");

    WarmRun run = warm("--json", "--quiet");

    assertThat(run.exit()).isZero();
    assertThat(tokens()).containsExactly("live1", "live2", "live3");
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
    tables.addLive("a", 20);
    tables.add("bare", 1, "now()", "'9999-12-31 00:00:00Z'", "null");

    warm();

    for (String token : tokens()) {
      assertThat(tables.isDocument(token, value(token))).as("%s: %s", token, value(token)).isTrue();
    }
    assertThat(tokens()).hasSize(21);
  }

  @Test
  void shouldTakeTheHottestWhenThereAreMoreThanTheCount() throws SQLException {
    tables.addLive("hot", 30);

    WarmRun run = warm("--count", "7", "--batch-size", "2", "--json");

    assertThat(tokens()).containsExactly("hot1", "hot2", "hot3", "hot4", "hot5", "hot6", "hot7");
    assertThat(run.json("/read")).isEqualTo("7");
  }

  @Test
  void shouldLookBackAsFarAsTheWindow() throws SQLException {
    tables.add("old", 1, "now() - interval '6 days'", "now() + interval '1 day'", "null");
    tables.add("older", 1, "now() - interval '8 days'", "now() + interval '1 day'", "null");

    warm("--window", "7d");

    assertThat(tokens()).containsExactly("old");
  }

  @Test
  void shouldLetValuesLapseWithTheLeaseOrTheSession() throws SQLException {
    tables.addLive("long", 50);
    tables.add("short", 1, "now()", "now() + interval '20 seconds'", "null");
    tables.add("leaving", 1, "now() - interval '23:59:40'", "now() + interval '1 day'", "null");

    warm();

    assertThat(tokens()).hasSize(52);
    for (String token : tokens()) {
      boolean endsSoon = token.equals("short") || token.equals("leaving");
      assertThat(redis.pttl(key(token)))
          .as(token)
          .isBetween(endsSoon ? 5_000L : 260_000L, endsSoon ? 20_000L : 300_000L);
    }
  }

  @Test
  void shouldNotOverwriteWhatTheStreamKnowsBetter() throws Exception {
    tables.addLive("s", 3);
    long next = Long.parseLong(tables.query("select txid_snapshot_xmax(txid_current_snapshot())"));
    streamWrites(
        GuardedWrite.put("session:s1", position(next + 100), "newer".getBytes(UTF_8), TIMEOUT),
        GuardedWrite.put("session:s2", position(next - 1), "older".getBytes(UTF_8), TIMEOUT),
        GuardedWrite.removal("session:s3", position(next + 100)));

    WarmRun run = warm("--json");

    assertThat(value("s1")).isEqualTo("newer");
    assertThat(tables.isDocument("s2", value("s2"))).isTrue();
    assertThat(tokens()).containsExactly("s1", "s2");
    assertThat(run.json("/written")).isEqualTo("1");
    assertThat(run.json("/rejected")).isEqualTo("2");
  }

  @Test
  void shouldBeRepeatable() throws SQLException {
    tables.addLive("s", 10);

    assertThat(warm("--json").json("/written")).isEqualTo("10");
    assertThat(warm("--json").json("/written")).isEqualTo("10");
  }

  @Test
  void shouldCountAndSkipTokensThatCanBeNoKey() throws SQLException {
    tables.addLive("s", 2);
    tables.add("with space", 1, "now()", "now() + interval '1 day'", "null");
    tables.add("with{brace}", 1, "now()", "now() + interval '1 day'", "null");

    WarmRun run = warm("--json");

    assertThat(run.exit()).isZero();
    assertThat(tokens()).containsExactly("s1", "s2");
    assertThat(run.json("/skipped/unusable_key")).isEqualTo("2");
    assertThat(run.json("/read")).isEqualTo("4");
  }

  @Test
  void shouldWriteNothingWhenHeldUpBeyondTheDeadline() throws Exception {
    tables.addLive("s", 20);

    CompletableFuture<WarmRun> run = warmAtTheFirstRow("--deadline", "3s", "--batch-size", "5");
    stack.redis().pause();
    releaseRows();
    try {
      Awaitility.await("the deadline has passed")
          .pollDelay(Duration.ofMillis(3500))
          .until(() -> true);
    } finally {
      stack.redis().resume();
    }

    WarmRun late = run.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    assertThat(late.exit()).isZero();
    assertThat(late.json("/written")).isEqualTo("0");
    assertThat(late.json("/late")).isEqualTo("20");
    assertThat(late.json("/deadline_reached")).isEqualTo("true");
    assertThat(redis.dbsize()).isZero();
  }

  @Test
  void shouldEndAtTheDeadlineWhenPostgresKeepsItWaiting() throws Exception {
    tables.addLive("s", 20);
    try (Connection lock = tables.lockedSessions()) {
      WarmRun run = warm("--deadline", "1s", "--json");

      assertThat(lock.isClosed()).isFalse();
      assertThat(run.exit()).isZero();
      assertThat(run.json("/read")).isEqualTo("0");
      assertThat(run.json("/deadline_reached")).isEqualTo("true");
      assertThat(Double.parseDouble(run.json("/seconds"))).isBetween(1.0, 4.0);
    }
  }

  @Test
  void shouldRepeatBatchesWhenRedisRestarts() throws Exception {
    tables.addLive("s", 20);

    CompletableFuture<WarmRun> run = warmAtTheFirstRow("--batch-size", "5");
    stack.redis().kill();
    releaseRows();
    stack.redis().start();

    WarmRun repeated = run.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    assertThat(repeated.exit()).as(repeated.err()).isZero();
    assertThat(repeated.json("/written")).isEqualTo("20");
    assertThat(Long.parseLong(repeated.json("/retries"))).isPositive();
    Awaitility.await("reconnected")
        .atMost(TIMEOUT)
        .ignoreExceptions()
        .until(() -> tokens().size() == 20);
  }

  @Test
  void shouldFailWhenRedisStaysAway() throws Exception {
    tables.addLive("s", 20);

    CompletableFuture<WarmRun> run = warmAtTheFirstRow("--deadline", "2s");
    stack.redis().kill();
    try {
      releaseRows();
      WarmRun failed = run.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
      assertThat(failed.exit()).isEqualTo(1);
      assertThat(failed.err().strip())
          .isEqualTo(
              "warmer: Redis stopped answering, 0 sessions are warm: check it and run the warm again,"
                  + " it is safe to repeat");
    } finally {
      stack.redis().start();
      Awaitility.await("reconnected")
          .atMost(TIMEOUT)
          .ignoreExceptions()
          .until(() -> "PONG".equals(redis.ping()));
    }
  }

  @Test
  void shouldCountWhatFindsNoMemory() throws SQLException {
    tables.addLive("s", 5);
    redis.configSet("maxmemory", "1");
    try {
      WarmRun run = warm("--json");

      assertThat(run.exit()).isZero();
      assertThat(run.json("/written")).isEqualTo("0");
      assertThat(run.json("/no_memory")).isEqualTo("5");
    } finally {
      redis.configSet("maxmemory", "0");
    }
  }

  private @Nullable Connection lock;

  /** Starts a warm and returns when it is connected to both servers and waits for its rows. */
  private CompletableFuture<WarmRun> warmAtTheFirstRow(String... args) throws SQLException {
    lock = tables.lockedSessions();
    String[] all = Arrays.copyOf(args, args.length + 1);
    all[args.length] = "--json";
    CompletableFuture<WarmRun> run = CompletableFuture.supplyAsync(() -> warm(all));
    Awaitility.await("the warm waits for rows").atMost(TIMEOUT).until(tables::warmIsWaiting);
    Awaitility.await("the warm is connected to Redis")
        .atMost(TIMEOUT)
        .until(() -> redis.clientList().contains("name=warmer-bootstrap"));
    return run;
  }

  private void releaseRows() throws SQLException {
    Objects.requireNonNull(lock).close();
  }

  private WarmRun warm(String... args) {
    return WarmRun.of(Map.of("DATABASE_URL", tables.url, "REDIS_URL", redisUrl()), args);
  }

  private String redisUrl() {
    return stack.redisUrl() + "/6";
  }

  private void streamWrites(GuardedWrite... writes) throws Exception {
    new GuardedWriter(connections.open(), GUARD)
        .write(List.of(writes))
        .toCompletableFuture()
        .get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
  }

  private static String position(long transaction) {
    RowVersion version = new RowVersion(1, TransactionId.of(transaction));
    return new StreamPosition(1, 0, version, version).encode();
  }

  private TreeSet<String> tokens() {
    TreeSet<String> tokens = new TreeSet<>();
    for (byte[] key : redis.keys("session:*")) {
      tokens.add(new String(key, UTF_8).substring("session:".length()));
    }
    return tokens;
  }

  private String value(String token) {
    return new String(redis.get(key(token)), UTF_8);
  }

  private static byte[] key(String token) {
    return ("session:" + token).getBytes(UTF_8);
  }
}
