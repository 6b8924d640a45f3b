package dev.sessioncache.redis;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sessioncache.command.OperationException;
import dev.sessioncache.config.RedisUrl;
import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(StackExtension.class)
class EvictionPolicyIT {

  private RedisConnections connections;
  private RedisConnection redis;

  @BeforeEach
  void connect(Stack stack) {
    connections = new RedisConnections(RedisUrl.parse(stack.redisUrl()), "eviction");
    redis = connections.open();
  }

  @AfterEach
  void disconnect() {
    redis.sync().configSet("maxmemory-policy", "noeviction");
    connections.close();
  }

  @Test
  void shouldTakeARedisThatKeepsWhatItHas() {
    assertThatCode(() -> EvictionPolicy.check(redis)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"allkeys-lru", "allkeys-random", "volatile-lru", "volatile-ttl"})
  void shouldRefuseARedisThatEvicts(String policy) {
    redis.sync().configSet("maxmemory-policy", policy);

    assertThatThrownBy(() -> EvictionPolicy.check(redis))
        .isInstanceOf(OperationException.class)
        .hasMessageContaining(policy)
        .hasMessageContaining("set it to noeviction");
  }
}
