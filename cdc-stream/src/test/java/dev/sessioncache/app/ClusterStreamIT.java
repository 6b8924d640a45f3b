package dev.sessioncache.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sessioncache.config.RedisUrl;
import dev.sessioncache.guard.Generation;
import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.guard.GuardedWrite;
import dev.sessioncache.guard.GuardedWriter;
import dev.sessioncache.guard.PgSnapshot;
import dev.sessioncache.guard.SnapshotPosition;
import dev.sessioncache.guard.TransactionId;
import dev.sessioncache.localstack.LocalRedisCluster;
import dev.sessioncache.localstack.RedisVersion;
import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import dev.sessioncache.redis.RedisConnection;
import dev.sessioncache.redis.RedisConnections;
import io.lettuce.core.MigrateArgs;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The stream over a real cluster of three masters, whatever becomes of one of them. */
@ExtendWith(StackExtension.class)
@Timeout(300)
class ClusterStreamIT {

  private static final int SESSIONS = 60;
  private static final String PHANTOM = "{}";

  private LocalRedisCluster cluster;
  private Pipeline pipeline;

  @BeforeEach
  void start(Stack stack, @TempDir Path stateDir, TestInfo test) throws Exception {
    cluster = LocalRedisCluster.start(RedisVersion.V6_2);
    int number = Math.floorMod(test.getDisplayName().hashCode(), 100_000);
    pipeline = new Pipeline(stack, cluster.url(), "cluster_" + number, stateDir);
    pipeline.user("ada", "member");
    for (int i = 0; i < SESSIONS; i++) {
      pipeline.session("s" + i, "ada");
    }
  }

  @AfterEach
  void stop() throws Exception {
    pipeline.close();
    cluster.close();
  }

  private void startAndAwait() {
    pipeline.start();
    pipeline.awaitAsInPostgres();
    pipeline.awaitQuiet();
  }

  private void revoke(String token) {
    pipeline.execute(
        "update platform.user_sessions set revoked_at = now() where token = '" + token + "'");
  }

  private void change() {
    pipeline.execute("update platform.user_sessions set request_count = request_count + 1");
  }

  @Test
  void shouldFollowChangesOnAllServers() {
    startAndAwait();
    for (int i = 0; i < 3; i++) {
      assertThat(sessionsOf(i)).isPositive();
    }

    change();
    for (int i = 0; i < SESSIONS; i += 2) {
      revoke("s" + i);
    }

    pipeline.awaitAsInPostgres();
    pipeline.awaitQuiet();
    assertThat(pipeline.cachedSessions()).isEqualTo(SESSIONS / 2);
  }

  @Test
  @Tag("soak")
  void shouldFillAllAgainWhenAServerIsEmptied() {
    startAndAwait();
    revoke("s0");
    pipeline.awaitGone("s0");
    String before = generation();

    for (int i = 0; i < 3; i++) {
      cluster.ask(i, RedisCommands::flushall);
      pipeline.awaitAsInPostgres();
      change();
      pipeline.awaitAsInPostgres();
    }

    pipeline.awaitQuiet();
    assertThat(generation()).isGreaterThan(before);
  }

  @Test
  @Tag("soak")
  void shouldFillAllAgainWhenAServerIsKilledAndComesBackEmpty() {
    startAndAwait();
    cluster.server(1).kill();
    change();
    revoke("s1");
    cluster.server(1).start();
    cluster.awaitAgreement();

    pipeline.awaitAsInPostgres();
    pipeline.awaitQuiet();
    assertThat(pipeline.cached("s1")).isEmpty();
  }

  @Test
  void shouldReplaceTheGenerationAndFillAllAgainWhenAReplicaTakesOver() {
    int replica = cluster.addReplica(0);
    startAndAwait();
    String before = generation();

    cluster.server(0).kill();
    await("the replica is master")
        .atMost(Pipeline.SOON)
        .until(
            () -> cluster.ask(replica, redis -> redis.info("replication")).contains("role:master"));
    change();
    revoke("s2");

    await("another generation")
        .atMost(Pipeline.SOON)
        .ignoreExceptions()
        .until(() -> generation().compareTo(before) > 0);
    pipeline.awaitAsInPostgres();
    pipeline.awaitQuiet();
  }

  @Test
  @Tag("soak")
  void shouldGoOnWhileSlotsMove() {
    startAndAwait();
    String before = generation();
    for (int i = 0; i < 20; i++) {
      String key = pipeline.name + ":session:s" + i;
      change();
      move(SlotHash.getSlot(key));
      change();
    }
    revoke("s3");

    pipeline.awaitAsInPostgres();
    pipeline.awaitQuiet();
    assertThat(generation()).isEqualTo(before);
  }

  @Test
  void shouldWorkAsTheDocumentedUser() throws Exception {
    List<String> words =
        Files.readAllLines(Path.of("..", "docs", "redis-keys.md")).stream()
            .map(String::strip)
            .filter(line -> line.startsWith("ACL SETUSER"))
            .flatMap(line -> Arrays.stream(line.split(" ")).skip(1))
            .map(word -> word.replace("~session:", "~" + pipeline.name + ":session:"))
            .map(word -> word.replace("~warmer:", "~" + pipeline.name + ":"))
            .toList();
    for (int i = 0; i < 3; i++) {
      CommandArgs<String, String> line = new CommandArgs<>(StringCodec.UTF8);
      words.forEach(line::add);
      cluster.ask(
          i, redis -> redis.dispatch(CommandType.ACL, new StatusOutput<>(StringCodec.UTF8), line));
    }
    pipeline.set("redis.url", cluster.url().replace("redis://", "redis://warmer:a-long-password@"));

    startAndAwait();
    change();
    revoke("s4");
    pipeline.awaitAsInPostgres();

    for (int i = 0; i < 3; i++) {
      List<Object> denied =
          cluster.ask(i, RedisCommands::aclLog).stream().map(entry -> entry.get("object")).toList();
      assertThat(denied).isSubsetOf("client"); // SETINFO, which this Redis does not know
    }
  }

  @Test
  void shouldTakeAwayFromAllSlotsWhatTheBaselineDoesNotKnow() throws Exception {
    putPhantoms();
    assertThat(pipeline.cachedSessions()).isEqualTo(SESSIONS);

    startAndAwait();

    assertThat(pipeline.values()).noneMatch(value -> value.equals(PHANTOM));
    assertThat(pipeline.keys())
        .filteredOn(key -> key.startsWith(pipeline.name + ":floor:{"))
        .hasSize(SlotHash.SLOT_COUNT);
  }

  /** As a warm leaves them whose sessions are deleted while there is no slot. */
  private void putPhantoms() throws Exception {
    GuardSettings settings =
        new GuardSettings(Duration.ofMinutes(5), 0, Duration.ofHours(1), pipeline.name + ":");
    TransactionId first = new TransactionId(3);
    String position = new SnapshotPosition(1, new PgSnapshot(first, first, List.of())).encode();
    List<GuardedWrite> phantoms =
        IntStream.range(0, SESSIONS)
            .mapToObj(
                i ->
                    GuardedWrite.put(
                        pipeline.name + ":session:phantom" + i,
                        position,
                        PHANTOM.getBytes(UTF_8),
                        Duration.ofMinutes(5)))
            .toList();
    try (RedisConnections connections =
        new RedisConnections(RedisUrl.parse(cluster.url()), "phantoms")) {
      RedisConnection connection = connections.open();
      GuardedWriter writer = new GuardedWriter(connection, settings);
      writer.enter(new Generation(settings).current(connection));
      writer.write(phantoms).toCompletableFuture().get(Pipeline.SOON.toSeconds(), TimeUnit.SECONDS);
    }
  }

  private int sessionsOf(int server) {
    return cluster.ask(server, redis -> redis.keys(pipeline.name + ":session:*").size());
  }

  private String generation() {
    return pipeline.redis().get(pipeline.name + ":generation");
  }

  /** Moves a slot to the next master, as redis-cli does. */
  private void move(int slot) {
    int from = slot * 3 / SlotHash.SLOT_COUNT;
    int to = (from + 1) % 3;
    String source = cluster.ask(from, RedisCommands::clusterMyId);
    String target = cluster.ask(to, RedisCommands::clusterMyId);
    cluster.ask(to, redis -> redis.clusterSetSlotImporting(slot, source));
    cluster.ask(from, redis -> redis.clusterSetSlotMigrating(slot, target));
    change();
    List<String> keys = cluster.ask(from, redis -> redis.clusterGetKeysInSlot(slot, 100));
    keys.forEach(
        key ->
            cluster.ask(
                from,
                redis ->
                    redis.migrate(
                        "127.0.0.1", cluster.port(to), 0, 5_000, MigrateArgs.Builder.key(key))));
    cluster.ask(to, redis -> redis.clusterSetSlotNode(slot, target));
    cluster.ask(from, redis -> redis.clusterSetSlotNode(slot, target));
  }
}
