package dev.sessioncache.apply;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sessioncache.config.RedisUrl;
import dev.sessioncache.guard.Generation;
import dev.sessioncache.guard.GenerationLostException;
import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import dev.sessioncache.redis.RedisConnection;
import dev.sessioncache.redis.RedisConnections;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@ExtendWith(StackExtension.class)
class RisingKeyIT {

  private static final String KEY = "rising-key-it";

  private final RedisConnections connections;
  private final RedisConnection redis;
  private static final GuardSettings SETTINGS =
      new GuardSettings(Duration.ofMinutes(5), 0.1, Duration.ofHours(1), "rising-key-it:");

  private final RisingKey key = new RisingKey(SETTINGS, KEY, "at=(%d+)");
  private final String generation;

  RisingKeyIT(Stack stack) {
    connections = new RedisConnections(RedisUrl.parse(stack.redisUrl() + "/6"), KEY);
    redis = connections.open();
    generation = new Generation(SETTINGS).current(redis);
  }

  @AfterEach
  void close() {
    redis.sync().configSet("maxmemory", "0");
    redis.sync().del(KEY.getBytes(UTF_8), SETTINGS.generationKey().getBytes(UTF_8));
    connections.close();
  }

  @ParameterizedTest
  @CsvSource({
    "at=8 a, at=9 b, at=9 b",
    "at=9 a, at=9 b, at=9 b",
    "at=9 a, at=8 b, at=9 a",
    "at=9 a, at=10 b, at=10 b",
    "at=10 a, at=9 b, at=10 a",
    "zzz garbage, at=1 b, at=1 b",
  })
  void shouldStandAtTheHigherOfTwoValues(String stored, String raised, String expected)
      throws Exception {
    redis.sync().set(KEY.getBytes(UTF_8), stored.getBytes(UTF_8));

    raise(raised);

    assertThat(stored()).isEqualTo(expected);
  }

  @Test
  void shouldRiseFromNothing() throws Exception {
    raise("at=1");

    assertThat(stored()).isEqualTo("at=1");
  }

  @Test
  void shouldNotRiseInAnotherGeneration() throws Exception {
    raise("at=1");
    new Generation(SETTINGS).renew(redis);

    assertThatThrownBy(() -> raise("at=2")).hasCauseInstanceOf(GenerationLostException.class);

    assertThat(stored()).isEqualTo("at=1");
  }

  @Test
  void shouldRiseWhenRedisIsFull() throws Exception {
    raise("at=1");
    redis.sync().configSet("maxmemory", "1");

    raise("at=2");

    assertThat(stored()).isEqualTo("at=2");
  }

  private void raise(String value) throws Exception {
    var answer = key.raise(redis, generation, value);
    redis.flushCommands();
    answer.get();
  }

  private String stored() {
    return new String(redis.sync().get(KEY.getBytes(UTF_8)), UTF_8);
  }
}
