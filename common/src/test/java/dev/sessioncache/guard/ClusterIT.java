package dev.sessioncache.guard;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sessioncache.config.RedisUrl;
import dev.sessioncache.localstack.LocalRedisCluster;
import dev.sessioncache.localstack.RedisVersion;
import dev.sessioncache.redis.RedisConnection;
import dev.sessioncache.redis.RedisConnections;
import dev.sessioncache.redis.RedisTime;
import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.cluster.SlotHash;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Guarded writes to a real cluster of three masters. */
class ClusterIT {

  private static final GuardSettings SETTINGS =
      new GuardSettings(Duration.ofMinutes(5), 0, Duration.ofHours(1), "warmer:");
  private static final Duration TIMEOUT = Duration.ofSeconds(30);
  private static final int SESSIONS = 2_000;

  private static LocalRedisCluster cluster;

  private final Generation generation = new Generation(SETTINGS);
  private RedisConnections connections;
  private RedisConnection connection;
  private RedisConnection writing;
  private GuardedWriter writer;

  @BeforeAll
  static void start() {
    cluster = LocalRedisCluster.start(RedisVersion.V6_2);
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @BeforeEach
  void connect() {
    cluster.awaitAgreement(); // a server that pauses for long is given up for a while
    for (int i = 0; i < 3; i++) {
      cluster.ask(i, RedisCommands::flushall);
    }
    connections = new RedisConnections(RedisUrl.parse(cluster.url()), "cluster-it");
    connection = connections.open();
    writing = connections.open();
    writer = new GuardedWriter(writing, SETTINGS);
  }

  @AfterEach
  void disconnect() {
    connections.close();
  }

  @Test
  void shouldBeFoundOutWhenOneOfItsServersIsNamed() {
    String one = "redis://127.0.0.1:" + cluster.port(1);
    try (RedisConnections named = new RedisConnections(RedisUrl.parse(one), "cluster-it")) {
      assertThat(named.open().isCluster()).isTrue();
      assertThat(named.open().askAll(redis -> redis.ping())).hasSize(3);
    }
  }

  @Test
  void shouldRefuseAnotherDatabase() {
    String second = cluster.url() + "/2";
    try (RedisConnections named = new RedisConnections(RedisUrl.parse(second), "cluster-it")) {
      assertThatThrownBy(named::open).hasMessageContaining("database 0 only");
    }
  }

  @Test
  void shouldTakeNewerAndRefuseOlderWritesInAllSlots() throws Exception {
    writer.enter(generation.current(connection));

    assertThat(write(puts("new", 2)).stored()).isEqualTo(SESSIONS);
    assertThat(write(puts("old", 1)).older()).isEqualTo(SESSIONS);
    assertThat(values()).hasSize(SESSIONS).allMatch("new"::equals);
    assertThat(keysOfEachServer()).allMatch(keys -> keys > SESSIONS / 4);

    List<GuardedWrite> removals =
        IntStream.range(0, SESSIONS)
            .mapToObj(i -> GuardedWrite.removal(key(i), position(3)))
            .toList();
    assertThat(write(removals).removed()).isEqualTo(SESSIONS);
    assertThat(write(puts("late", 2)).older()).isEqualTo(SESSIONS);
    assertThat(values()).isEmpty();
  }

  @Test
  void shouldKeepOneGenerationInAllSlots() {
    String first = generation.current(connection);

    assertThat(generation.current(writing)).isEqualTo(first);
    assertThat(generation.glance(writing)).isEqualTo(first);
    assertThat(copies()).containsExactly(first);

    String second = generation.renew(connection);
    assertThat(second).isGreaterThan(first);
    assertThat(generation.current(writing)).isEqualTo(second);
    assertThat(copies()).containsExactly(second);
  }

  @Test
  void shouldAgreeOnOneGenerationWhenManyComeAtOnce() {
    Set<String> entered = new HashSet<>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      RedisConnection own = connections.open();
      Thread thread =
          new Thread(
              () -> {
                String found = generation.current(own);
                synchronized (entered) {
                  entered.add(found);
                }
              });
      threads.add(thread);
      thread.start();
    }
    threads.forEach(ClusterIT::join);

    assertThat(entered).hasSize(1).isEqualTo(copies());
  }

  @Test
  void shouldRefuseAllOfAServerThatWasEmptied() throws Exception {
    String first = generation.current(connection);
    writer.enter(first);
    write(puts("value", 2));

    cluster.ask(1, RedisCommands::flushall);

    assertThatThrownBy(() -> write(puts("late", 1)))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(GenerationLostException.class);
    String second = generation.glance(connection);
    assertThat(second).isGreaterThan(first);
    assertThat(copies()).containsExactly(second);
    // The former generation is entered nowhere any more, not even where nothing was lost.
    assertThatThrownBy(() -> write(puts("late", 3)))
        .hasCauseInstanceOf(GenerationLostException.class);
  }

  @Test
  void shouldReplaceTheGenerationWhenASingleSlotHasLostIt() {
    String first = generation.current(connection);
    cluster.ask(2, redis -> redis.del("warmer:generation:{" + SlotTags.of(16_383) + "}"));

    assertThat(generation.current(connection)).isGreaterThan(first);
    assertThat(copies()).hasSize(1);
  }

  @Test
  void shouldOvertakeTheCopiesWhenTheDecidingKeyWasLost() {
    String high = "9000000000000-00";
    String key = "warmer:generation:{" + SlotTags.of(7) + "}";
    connection.sync().set(key.getBytes(UTF_8), high.getBytes(UTF_8));

    assertThat(generation.current(connection)).isGreaterThan(high);
    assertThat(copies()).hasSize(1);
  }

  /** A copy on its way while a server is emptied would make that server look whole. */
  @Test
  void shouldLeaveTheCopiesToTheirMaker() throws Exception {
    byte[] key = SETTINGS.generationKey().getBytes(UTF_8);
    String made = "%013d-00".formatted(RedisTime.of(connection).toEpochMilli());
    connection.sync().set(key, (made + " spreading").getBytes(UTF_8));

    RedisConnection waiting = connections.open();
    CompletableFuture<String> entered =
        CompletableFuture.supplyAsync(() -> generation.current(waiting));
    await("no copies")
        .during(Duration.ofMillis(500))
        .atMost(TIMEOUT)
        .until(() -> copies().equals(Set.of("none")));
    assertThat(entered).isNotDone();
    connection.sync().set(key, made.getBytes(UTF_8)); // it says that it is done, but all are lost

    assertThat(entered.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isGreaterThan(made);
  }

  @Test
  void shouldReplaceTheGenerationThatItsMakerLeftUnfinished() {
    long old = RedisTime.of(connection).toEpochMilli() - 60_000;
    String left = "%013d-00".formatted(old);
    connection
        .sync()
        .set(SETTINGS.generationKey().getBytes(UTF_8), (left + " spreading").getBytes(UTF_8));

    assertThat(generation.current(connection)).isGreaterThan(left);
    assertThat(copies()).hasSize(1).doesNotContain(left);
  }

  @Test
  void shouldWriteWhenAServerForgotTheScript() throws Exception {
    writer.enter(generation.current(connection));
    write(puts("value", 1));
    cluster.ask(0, RedisCommands::scriptFlush);

    assertThat(write(puts("value", 2)).stored()).isEqualTo(SESSIONS);
  }

  @Test
  void shouldScanAllServers() {
    writer.enter(generation.current(connection));
    Set<String> guards = new HashSet<>();
    assertThat(write(puts("value", 1)).stored()).isEqualTo(SESSIONS);

    ScanCursor cursor = ScanCursor.INITIAL;
    do {
      KeyScanCursor<byte[]> found =
          connection
              .sync()
              .scan(cursor, ScanArgs.Builder.matches(SETTINGS.guardPattern()).limit(500));
      found.getKeys().forEach(key -> guards.add(new String(key, UTF_8)));
      cursor = found;
    } while (!cursor.isFinished());

    assertThat(guards).hasSize(SESSIONS);
  }

  @Test
  void shouldRefuseASnapshotBelowTheFloorOfItsSlot() throws Exception {
    writer.enter(generation.current(connection));
    String key = key(1);
    int slot = SlotHash.getSlot(key);
    String floorKey = "warmer:floor:{" + SlotTags.of(slot) + "}";
    assertThat(SlotHash.getSlot(floorKey)).isEqualTo(slot);
    connection
        .sync()
        .set(
            floorKey.getBytes(UTF_8),
            StreamPosition.beforeBaseline(1, 2, new TransactionId(900)).encode().getBytes(UTF_8));

    String snapshot =
        new SnapshotPosition(
                1, new PgSnapshot(new TransactionId(800), new TransactionId(800), List.of()))
            .encode();
    GuardedWrite write =
        GuardedWrite.put(key, snapshot, "x".getBytes(UTF_8), Duration.ofMinutes(1));
    assertThat(write(List.of(write)).older()).isEqualTo(1);
  }

  @Test
  void shouldTakeTheLatestClock() {
    Instant latest = RedisTime.of(connection);

    assertThat(latest).isBetween(Instant.now().minusSeconds(60), Instant.now().plusSeconds(60));
  }

  private WriteCounts write(List<GuardedWrite> writes) {
    try {
      return writer.write(writes).toCompletableFuture().get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    } catch (Exception e) {
      return sneak(e);
    }
  }

  @SuppressWarnings("unchecked")
  private static <T, E extends Exception> T sneak(Exception e) throws E {
    throw (E) e;
  }

  private static List<GuardedWrite> puts(String value, int lsn) {
    return IntStream.range(0, SESSIONS)
        .mapToObj(
            i ->
                GuardedWrite.put(
                    key(i), position(lsn), value.getBytes(UTF_8), Duration.ofMinutes(5)))
        .toList();
  }

  private static String position(int lsn) {
    RowVersion version = new RowVersion(lsn, new TransactionId(lsn));
    return new StreamPosition(1, 1, version, version).encode();
  }

  private static String key(int i) {
    return "session:" + i;
  }

  private List<String> values() {
    byte[][] keys =
        IntStream.range(0, SESSIONS).mapToObj(i -> key(i).getBytes(UTF_8)).toArray(byte[][]::new);
    return connection.sync().mget(keys).stream()
        .filter(found -> found.hasValue())
        .map(found -> new String(found.getValue(), UTF_8))
        .toList();
  }

  private List<Integer> keysOfEachServer() {
    return IntStream.range(0, 3)
        .mapToObj(i -> cluster.ask(i, redis -> redis.keys("session:*").size()))
        .toList();
  }

  private Set<String> copies() {
    byte[][] keys =
        IntStream.range(0, SlotHash.SLOT_COUNT)
            .mapToObj(slot -> "warmer:generation:{" + SlotTags.of(slot) + "}")
            .map(key -> key.getBytes(UTF_8))
            .toArray(byte[][]::new);
    Set<String> found = new HashSet<>();
    connection
        .sync()
        .mget(keys)
        .forEach(one -> found.add(one.hasValue() ? new String(one.getValue(), UTF_8) : "none"));
    return found;
  }

  private static void join(Thread thread) {
    try {
      thread.join(TIMEOUT.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
