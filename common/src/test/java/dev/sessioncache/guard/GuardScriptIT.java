package dev.sessioncache.guard;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.localstack.RedisVersion;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What the script does beside comparing positions; that is {@link GuardSequencesIT}'s. */
@ParameterizedClass
@EnumSource
class GuardScriptIT {

  private static final StreamPosition STREAM = GuardedRedis.stream(16, 100);
  private static final StreamPosition LATER = GuardedRedis.stream(32, 300);
  private static final SnapshotPosition SNAPSHOT =
      new SnapshotPosition(1, PgSnapshot.parse("200:200:"));

  private final GuardedRedis redis;

  GuardScriptIT(RedisVersion version) {
    redis = new GuardedRedis(version);
  }

  @AfterEach
  void close() {
    redis.close();
  }

  @Test
  void shouldLetRemovalsObeyTheSameRule() throws Exception {
    redis.write(redis.put("key", SNAPSHOT, "value"));

    WriteCounts older = redis.write(GuardedWrite.removal("key", STREAM.encode()));
    assertThat(older).isEqualTo(new WriteCounts(0, 0, 1, 0, 0));
    assertThat(redis.value("key")).isEqualTo("value");

    WriteCounts newer = redis.write(GuardedWrite.removal("key", LATER.encode()));
    assertThat(newer).isEqualTo(new WriteCounts(0, 1, 0, 0, 0));
    assertThat(redis.value("key")).isNull();

    WriteCounts resurrection = redis.write(redis.put("key", SNAPSHOT, "value"));
    assertThat(resurrection).isEqualTo(new WriteCounts(0, 0, 1, 0, 0));
    assertThat(redis.value("key")).isNull();
  }

  @Test
  void shouldGiveValueAndGuardTheirTimesToLive() throws Exception {
    redis.write(redis.put("key", LATER, "value"));
    assertTimesToLive();

    WriteCounts refused = redis.write(redis.put("key", STREAM, "older"));

    assertThat(refused.older()).isOne();
    assertTimesToLive();
  }

  private void assertTimesToLive() {
    long value = GuardedRedis.TTL.toMillis();
    long guard = GuardedRedis.SETTINGS.guardTtl().toMillis();
    assertThat(redis.commands().pttl("key".getBytes(UTF_8))).isBetween(value - 10_000, value);
    assertThat(redis.commands().pttl(redis.guardKey("key"))).isBetween(guard - 10_000, guard);
  }

  @Test
  void shouldKeepTheGuardAsTombstoneWhenTheValueIsRemoved() throws Exception {
    redis.write(redis.put("key", STREAM, "value"));
    redis.write(GuardedWrite.removal("key", LATER.encode()));

    assertThat(redis.guard("key")).isEqualTo(LATER.encode());
    assertThat(redis.commands().pttl(redis.guardKey("key"))).isPositive();
  }

  @Test
  void shouldChangeNothingWhenTheWriteComesTooLate() throws Exception {
    Instant now = redis.time();

    WriteCounts late = redis.write(now.minusMillis(1), redis.put("a", STREAM, "value"));
    assertThat(late).isEqualTo(new WriteCounts(0, 0, 0, 1, 0));
    assertThat(redis.commands().dbsize()).as("the generation").isOne();

    WriteCounts inTime = redis.write(now.plusSeconds(60), redis.put("a", STREAM, "value"));
    assertThat(inTime.stored()).isOne();
  }

  @Test
  void shouldGoOnWhenAGuardIsNotAPosition() throws Exception {
    for (String broken : List.of("", "x", "s", "p:00000001:", "p:00000001:zz:", "s:00000001:1")) {
      redis.commands().set(redis.guardKey("key"), broken.getBytes(UTF_8));

      redis.write(redis.put("key", STREAM, "value"));
      redis.write(redis.put("key", SNAPSHOT, "value"));

      assertThat(redis.write(GuardedWrite.removal("other", STREAM.encode())).removed()).isOne();
    }
  }

  @Test
  void shouldWriteNothingOfAKeyWhoseGuardIsOfAnotherType() {
    redis.commands().lpush(redis.guardKey("key"), "x".getBytes(UTF_8));

    assertThat(redis.send(redis.put("key", STREAM, "value"))).failsWithin(Duration.ofMinutes(1));

    assertThat(redis.value("key")).isNull();
  }
}
