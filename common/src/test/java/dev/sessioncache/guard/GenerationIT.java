package dev.sessioncache.guard;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sessioncache.config.RedisUrl;
import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import dev.sessioncache.redis.RedisConnection;
import dev.sessioncache.redis.RedisConnections;
import io.lettuce.core.cluster.api.sync.RedisClusterCommands;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A write made for another generation changes nothing. */
@ExtendWith(StackExtension.class)
class GenerationIT {

  private static final GuardSettings SETTINGS =
      new GuardSettings(Duration.ofMinutes(5), 0.1, Duration.ofHours(1), "generation-it:");
  private static final Duration TTL = Duration.ofMinutes(1);

  private final RedisConnections connections;
  private final RedisConnection connection;
  private final RedisClusterCommands<byte[], byte[]> redis;
  private final RedisConnection writing;
  private final GuardedWriter writer;
  private final Generation generation = new Generation(SETTINGS);

  GenerationIT(Stack stack) {
    connections = new RedisConnections(RedisUrl.parse(stack.redisUrl() + "/4"), "generation-it");
    connection = connections.open();
    redis = connection.sync();
    writing = connections.open();
    writer = new GuardedWriter(writing, SETTINGS);
    redis.flushdb();
  }

  @AfterEach
  void close() {
    redis.configSet("maxmemory", "0");
    redis.flushdb();
    connections.close();
  }

  @Test
  void shouldBeTheSameForAllUntilItIsRenewed() {
    String first = generation.current(connection);

    assertThat(generation.current(writing)).isEqualTo(first);
    assertThat(generation.renew(connection)).isNotEqualTo(first);
    assertThat(generation.current(connection)).isNotEqualTo(first);
  }

  @Test
  void shouldLiveForEver() {
    generation.current(connection);

    assertThat(redis.ttl(SETTINGS.generationKey().getBytes(UTF_8))).isEqualTo(-1);
  }

  @Test
  void shouldBeMadeAndRenewedWhenRedisIsFull() {
    redis.configSet("maxmemory", "1");

    String first = generation.current(connection);

    assertThat(generation.renew(connection)).isNotEqualTo(first);
  }

  @Test
  void shouldRefuseWritesOfAnEmptiedRedis() {
    writer.enter(generation.current(connection));
    redis.flushall();

    assertLost();
    assertThat(redis.dbsize()).isZero();
  }

  @Test
  void shouldRefuseWritesOfAnEarlierGeneration() {
    writer.enter(generation.current(connection));
    generation.renew(connection);

    assertLost();
    assertThat(redis.dbsize()).as("the generation").isOne();
  }

  @Test
  void shouldWriteAgainOnceTheNewGenerationIsEntered() {
    writer.enter(generation.current(connection));
    redis.flushall();
    assertLost();

    writer.enter(generation.current(connection));

    assertThat(write().stored()).isOne();
  }

  @Test
  void shouldRefuseToWriteWithoutAGeneration() {
    assertThatThrownBy(this::write).isInstanceOf(IllegalStateException.class);
  }

  private void assertLost() {
    assertThatThrownBy(this::write).hasCauseInstanceOf(GenerationLostException.class);
  }

  private WriteCounts write() {
    var position = new SnapshotPosition(1, PgSnapshot.parse("200:200:")).encode();
    var put = GuardedWrite.put("generation-it:key", position, "value".getBytes(UTF_8), TTL);
    return writer.write(List.of(put)).toCompletableFuture().join();
  }
}
