package dev.sessioncache.guard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.localstack.RedisVersion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** At maxmemory with noeviction: what takes away works, what adds is refused and counted. */
@ParameterizedClass
@EnumSource
class GuardMemoryIT {

  private static final StreamPosition STREAM = GuardedRedis.stream(16, 100);
  private static final StreamPosition LATER = GuardedRedis.stream(32, 300);
  private static final SnapshotPosition SNAPSHOT =
      new SnapshotPosition(1, PgSnapshot.parse("200:200:"));
  private static final int LARGE = 20_000;

  private final GuardedRedis redis;

  GuardMemoryIT(RedisVersion version) {
    redis = new GuardedRedis(version);
  }

  @AfterEach
  void close() {
    redis.close();
  }

  @Test
  void shouldRemoveWhenRedisIsFull() throws Exception {
    redis.write(redis.put("key", STREAM, "value"));

    WriteCounts counts = redis.writeWhileFull(GuardedWrite.removal("key", LATER.encode()));

    assertThat(counts).isEqualTo(new WriteCounts(0, 1, 0, 0, 0));
    assertThat(redis.value("key")).isNull();
    assertThat(redis.guard("key")).isEqualTo(LATER.encode());
  }

  @Test
  void shouldTakeTheOutdatedValueAwayWhenTheStreamFindsRedisFull() throws Exception {
    redis.write(redis.put("key", STREAM, "old"));

    WriteCounts counts = redis.writeWhileFull(redis.put("key", LATER, "new"));

    assertThat(counts).isEqualTo(new WriteCounts(0, 0, 0, 0, 1));
    assertThat(redis.value("key")).isNull();
    assertThat(redis.guard("key")).isEqualTo(LATER.encode());
  }

  @Test
  void shouldLeaveTheValueWhenASnapshotFindsRedisFull() throws Exception {
    redis.write(redis.put("key", STREAM, "old"));

    WriteCounts counts = redis.writeWhileFull(redis.put("key", SNAPSHOT, "new"));

    assertThat(counts).isEqualTo(new WriteCounts(0, 0, 0, 0, 1));
    assertThat(redis.value("key")).isEqualTo("old");
    assertThat(redis.guard("key")).isEqualTo(STREAM.encode());
  }

  /** Once a script has written, Redis lets the rest of it pass. */
  @Test
  void shouldRefusePutsAlsoBehindARemovalOfTheSameCall() throws Exception {
    redis.write(redis.put("removed", STREAM, "value"));

    WriteCounts counts =
        redis.writeWhileFull(
            GuardedWrite.removal("removed", LATER.encode()),
            redis.put("warm", SNAPSHOT, "value"),
            redis.put("stream", LATER, "value"),
            redis.put("removed", GuardedRedis.stream(48, 500), "value"));

    assertThat(counts).isEqualTo(new WriteCounts(0, 1, 0, 0, 3));
    assertThat(redis.value("warm")).isNull();
    assertThat(redis.guard("warm")).isNull();
    assertThat(redis.value("stream")).isNull();
    assertThat(redis.value("removed")).isNull();
  }

  /** The memory runs out in the middle of a pipeline. */
  @Test
  void shouldLeaveNoKeyHalfWrittenWhenAWarmFillsRedis() throws Exception {
    String document = "x".repeat(700);
    List<GuardedWrite> warm = new ArrayList<>();
    for (int i = 0; i < LARGE; i++) {
      warm.add(redis.put("warm:" + i, SNAPSHOT, document));
    }
    redis.commands().configSet("maxmemory", "10mb");

    WriteCounts counts = redis.write(warm.toArray(GuardedWrite[]::new));

    redis.commands().configSet("maxmemory", "0");
    assertThat(counts.stored()).isPositive();
    assertThat(counts.noMemory()).isPositive();
    assertThat(counts.stored() + counts.noMemory()).isEqualTo(LARGE);
    assertThat(redis.commands().dbsize())
        .as("values, guards, the generation")
        .isEqualTo(2 * counts.stored() + 1);
    for (int i = 0; i < LARGE; i += 97) {
      boolean stored = redis.value("warm:" + i) != null;
      assertThat(redis.guard("warm:" + i) != null).as("guard of %d", i).isEqualTo(stored);
    }
  }

  @Test
  void shouldNotCountAnotherRefusalAsLackOfMemory() {
    redis.commands().replicaof("127.0.0.1", 1);

    assertThat(redis.send(redis.put("key", SNAPSHOT, "value")))
        .failsWithin(Duration.ofMinutes(1))
        .withThrowableOfType(ExecutionException.class)
        .withMessageContaining("READONLY");
  }
}
