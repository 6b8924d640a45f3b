package dev.sessioncache.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sessioncache.command.OperationException;
import dev.sessioncache.config.RedisUrl;
import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.RedisException;
import io.lettuce.core.cluster.api.sync.RedisClusterCommands;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(StackExtension.class)
class RedisConnectionsIT {

  private static final Duration TIMEOUT = Duration.ofMinutes(1);
  private static final byte[] KEY = "redis-connections-it".getBytes(UTF_8);

  private final Stack stack;

  RedisConnectionsIT(Stack stack) {
    this.stack = stack;
  }

  @Test
  void shouldFailCommandsAtOnceWhileDisconnectedAndReplayNoneAfterwards() {
    try (RedisConnections connections = open(stack.redisUrl() + "/8")) {
      RedisConnection connection = connections.open();
      RedisClusterCommands<byte[], byte[]> redis = connection.sync();
      redis.del(KEY);
      stack.redis().kill();
      try {
        Awaitility.await("the loss is noticed")
            .atMost(TIMEOUT)
            .until(() -> !isConnected(connection));

        Duration atOnce = RedisConnections.COMMAND_TIMEOUT.dividedBy(2);
        Awaitility.await("fails at once, but where this machine has paused")
            .atMost(TIMEOUT)
            .until(() -> timeToFail(redis).compareTo(atOnce) < 0);
      } finally {
        stack.redis().start();
      }
      Awaitility.await("reconnected").atMost(TIMEOUT).until(() -> isConnected(connection));
      assertThat(redis.get(KEY)).isNull();
    }
  }

  @Test
  void shouldSayThatTheServerDoesNotAnswer() {
    try (RedisConnections connections = open("redis://:secret@127.0.0.1:1")) {
      assertThatThrownBy(connections::open)
          .isInstanceOf(OperationException.class)
          .hasMessageStartingWith("Redis at redis://:***@127.0.0.1:1 does not answer")
          .hasMessageContaining("REDIS_URL");
    }
  }

  @Test
  void shouldSayThatTheServerRefusesThePassword() {
    try (RedisConnections connections =
        open(stack.redisUrl().replace("redis://", "redis://nobody:secret@"))) {
      assertThatThrownBy(connections::open)
          .isInstanceOf(OperationException.class)
          .hasMessageContaining("password") // it may close the connection first
          .hasMessageNotContaining("secret");
    }
  }

  private static Duration timeToFail(RedisClusterCommands<byte[], byte[]> redis) {
    long before = System.nanoTime();
    assertThatThrownBy(() -> redis.set(KEY, KEY))
        .isInstanceOf(RedisException.class)
        .isNotInstanceOf(RedisCommandTimeoutException.class);
    return Duration.ofNanos(System.nanoTime() - before);
  }

  private static boolean isConnected(RedisConnection connection) {
    try {
      return "PONG".equals(connection.sync().ping());
    } catch (RedisException e) {
      return false;
    }
  }

  private static RedisConnections open(String url) {
    return new RedisConnections(RedisUrl.parse(url), "redis-connections-it");
  }
}
