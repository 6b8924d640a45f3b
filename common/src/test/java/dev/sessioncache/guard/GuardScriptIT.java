package dev.sessioncache.guard;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.config.RedisUrl;
import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import dev.sessioncache.redis.RedisConnections;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The script on a real Redis does what {@link Acceptance} says, and what its head says beside. */
@ExtendWith(StackExtension.class)
class GuardScriptIT {

  private static final long TIMEOUT_SECONDS = 30;
  private static final GuardSettings SETTINGS =
      new GuardSettings(Duration.ofMinutes(5), 0.1, Duration.ofHours(1), "warmer:");
  private static final Duration TTL = Duration.ofMinutes(1);
  private static final RowVersion VERSION = new RowVersion(16, TransactionId.of(100));
  private static final StreamPosition STREAM = new StreamPosition(1, 0, VERSION, VERSION);
  private static final SnapshotPosition SNAPSHOT =
      new SnapshotPosition(1, PgSnapshot.parse("200:200:"));

  private final RedisConnections connections;
  private final RedisCommands<byte[], byte[]> redis;
  private final GuardedWriter writer;

  GuardScriptIT(Stack stack) {
    connections = new RedisConnections(RedisUrl.parse(stack.redisUrl() + "/5"), "guard-script-it");
    StatefulRedisConnection<byte[], byte[]> connection = connections.open();
    redis = connection.sync();
    writer = new GuardedWriter(connections.open(), SETTINGS);
  }

  @BeforeEach
  void empty() {
    redis.flushdb();
  }

  @AfterEach
  void close() {
    redis.flushdb();
    connections.close();
  }

  @Test
  void shouldAgreeWithTheModelOnAllPairsOfBoundaryPositions() throws Exception {
    List<Position> positions = Positions.boundaries();
    for (int i = 0; i < positions.size(); i++) {
      Position stored = positions.get(i);
      List<CompletionStage<WriteCounts>> answers = new ArrayList<>();
      for (int j = 0; j < positions.size(); j++) {
        String key = "pair:" + i + ":" + j;
        answers.add(
            writer.write(List.of(put(key, stored, "old"), put(key, positions.get(j), "new"))));
      }
      for (int j = 0; j < positions.size(); j++) {
        boolean accepted = await(answers.get(j)).stored() == 2;
        assertThat(accepted)
            .as("%s after %s", positions.get(j), stored)
            .isEqualTo(Acceptance.accepts(stored, positions.get(j)));
      }
    }
  }

  @Test
  void shouldAgreeWithTheModelOnRandomSequences() throws Exception {
    long seed = System.nanoTime();
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    for (int sequence = 0; sequence < 200; sequence++) {
      String key = "sequence:" + sequence;
      long firstTransaction = random.nextLong(1L << 33);
      Position stored = null;
      for (int step = 0; step < 25; step++) {
        Position incoming = Positions.random(random, firstTransaction);
        String document = String.valueOf(step);
        boolean expected = Acceptance.accepts(stored, incoming);

        boolean accepted = write(put(key, incoming, document)).stored() == 1;

        assertThat(accepted)
            .as("seed %d, sequence %d: %s after %s", seed, sequence, incoming, stored)
            .isEqualTo(expected);
        if (accepted) {
          stored = incoming;
          assertThat(value(key)).isEqualTo(document);
        }
      }
    }
  }

  @Test
  void shouldLetRemovalsObeyTheSameRule() throws Exception {
    write(put("key", SNAPSHOT, "value"));

    WriteCounts older = write(GuardedWrite.removal("key", STREAM.encode()));
    assertThat(older).isEqualTo(new WriteCounts(0, 0, 1, 0, 0));
    assertThat(value("key")).isEqualTo("value");

    WriteCounts newer = write(GuardedWrite.removal("key", transaction(300).encode()));
    assertThat(newer).isEqualTo(new WriteCounts(0, 1, 0, 0, 0));
    assertThat(value("key")).isNull();

    WriteCounts resurrection = write(put("key", SNAPSHOT, "value"));
    assertThat(resurrection).isEqualTo(new WriteCounts(0, 0, 1, 0, 0));
    assertThat(value("key")).isNull();
  }

  @Test
  void shouldGiveValueAndGuardTheirTimesToLive() throws Exception {
    write(put("key", STREAM, "value"));

    assertThat(redis.pttl(bytes("key"))).isBetween(TTL.toMillis() - 10_000, TTL.toMillis());
    assertThat(redis.pttl(bytes(SETTINGS.guardKey("key"))))
        .isBetween(SETTINGS.guardTtl().toMillis() - 10_000, SETTINGS.guardTtl().toMillis());
  }

  @Test
  void shouldKeepTheGuardAsTombstoneWhenTheValueIsRemoved() throws Exception {
    write(put("key", STREAM, "value"));
    write(GuardedWrite.removal("key", transaction(300).encode()));

    assertThat(value(SETTINGS.guardKey("key"))).isEqualTo(transaction(300).encode());
    assertThat(redis.pttl(bytes(SETTINGS.guardKey("key")))).isPositive();
  }

  @Test
  void shouldChangeNothingWhenTheWriteComesTooLate() throws Exception {
    Instant now = redisTime();

    WriteCounts late = await(writer.write(List.of(put("a", STREAM, "value")), now.minusMillis(1)));
    assertThat(late).isEqualTo(new WriteCounts(0, 0, 0, 1, 0));
    assertThat(redis.dbsize()).isZero();

    WriteCounts inTime =
        await(writer.write(List.of(put("a", STREAM, "value")), now.plusSeconds(60)));
    assertThat(inTime.stored()).isOne();
  }

  @Test
  void shouldWriteTheWholeBatchWhenRedisHasForgottenTheScript() throws Exception {
    redis.scriptFlush();

    WriteCounts counts =
        await(
            writer.write(
                IntStream.range(0, 100).mapToObj(i -> put("key:" + i, STREAM, "value")).toList()));

    assertThat(counts.stored()).isEqualTo(100);
    assertThat(value("key:99")).isEqualTo("value");
  }

  @Test
  void shouldHaveLoadedTheScriptBeforeTheFirstWrite() {
    redis.scriptFlush();

    GuardedWriter unused = new GuardedWriter(connections.open(), SETTINGS);

    String digest = redis.digest(GuardScript.source());
    Awaitility.await("the script is loaded")
        .atMost(Duration.ofSeconds(TIMEOUT_SECONDS))
        .until(() -> redis.scriptExists(digest).equals(List.of(true)));
  }

  @Test
  void shouldRemoveWhenRedisIsFull() throws Exception {
    write(put("key", STREAM, "value"));

    WriteCounts counts = whileFull(GuardedWrite.removal("key", transaction(300).encode()));

    assertThat(counts.removed()).isOne();
    assertThat(value("key")).isNull();
    assertThat(value(SETTINGS.guardKey("key"))).isEqualTo(transaction(300).encode());
  }

  @Test
  void shouldTakeTheOutdatedValueAwayWhenTheStreamFindsRedisFull() throws Exception {
    write(put("key", STREAM, "old"));

    WriteCounts counts = whileFull(put("key", later(STREAM), "new"));

    assertThat(counts.noMemory()).isOne();
    assertThat(value("key")).isNull();
    assertThat(value(SETTINGS.guardKey("key"))).isEqualTo(later(STREAM).encode());
  }

  @Test
  void shouldLeaveTheValueWhenASnapshotFindsRedisFull() throws Exception {
    write(put("key", STREAM, "old"));

    WriteCounts counts = whileFull(put("key", SNAPSHOT, "new"));

    assertThat(counts.noMemory()).isOne();
    assertThat(value("key")).isEqualTo("old");
    assertThat(value(SETTINGS.guardKey("key"))).isEqualTo(STREAM.encode());
  }

  private WriteCounts whileFull(GuardedWrite write) throws Exception {
    redis.configSet("maxmemory", "1");
    try {
      return write(write);
    } finally {
      redis.configSet("maxmemory", "0");
    }
  }

  private WriteCounts write(GuardedWrite write) throws Exception {
    return await(writer.write(List.of(write)));
  }

  private static WriteCounts await(CompletionStage<WriteCounts> answer) throws Exception {
    return answer.toCompletableFuture().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
  }

  private static GuardedWrite put(String key, Position position, String document) {
    return GuardedWrite.put(key, position.encode(), bytes(document), TTL);
  }

  private static StreamPosition transaction(long id) {
    RowVersion version = new RowVersion(32, TransactionId.of(id));
    return new StreamPosition(1, 0, version, version);
  }

  private static StreamPosition later(StreamPosition position) {
    RowVersion session = position.session();
    return new StreamPosition(
        position.timeline(),
        position.baseline(),
        new RowVersion(session.lsn() + 1, session.transaction()),
        position.user());
  }

  private Instant redisTime() {
    List<byte[]> time = redis.time();
    long seconds = Long.parseLong(new String(time.get(0), UTF_8));
    return Instant.ofEpochSecond(seconds, 1000 * Long.parseLong(new String(time.get(1), UTF_8)));
  }

  private @Nullable String value(String key) {
    byte[] value = redis.get(bytes(key));
    return value == null ? null : new String(value, UTF_8);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }
}
