package dev.sessioncache.guard;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sessioncache.command.OperationException;
import dev.sessioncache.config.RedisUrl;
import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import dev.sessioncache.mapping.TokenHash;
import dev.sessioncache.mapping.TokenKey;
import dev.sessioncache.redis.RedisConnection;
import dev.sessioncache.redis.RedisConnections;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whether a program has the keys of the stream. */
@ExtendWith(StackExtension.class)
class SameTokenHashIT {

  private static final GuardSettings SETTINGS =
      new GuardSettings(Duration.ofMinutes(5), 0.1, Duration.ofHours(1), "same-token-hash-it:");
  private static final TokenHash STREAM = TokenHash.hmacSha256(TokenKey.parse("ab".repeat(32)));
  private static final TokenHash OTHER = TokenHash.hmacSha256(TokenKey.parse("cd".repeat(32)));

  private final RedisConnections connections;
  private final RedisConnection connection;

  SameTokenHashIT(Stack stack) {
    connections = new RedisConnections(RedisUrl.parse(stack.redisUrl() + "/6"), "same-token-hash");
    connection = connections.open();
    connection.sync().flushdb();
  }

  @AfterEach
  void close() {
    connections.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 700})
  void shouldRefuseAnotherHashWhicheverLaneHasCaughtUp(int lane) {
    connection
        .sync()
        .set(
            SETTINGS.watermarkKey(lane).getBytes(UTF_8),
            "{\"at_ms\":1,\"lanes\":1024,\"bound_ms\":1,\"token_hash\":\"%s\"}"
                .formatted(STREAM.fingerprint())
                .getBytes(UTF_8));

    assertThatCode(() -> SameTokenHash.check(connection, SETTINGS, STREAM))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> SameTokenHash.check(connection, SETTINGS, OTHER))
        .isInstanceOf(OperationException.class)
        .hasMessageContaining("another token.hash");
  }

  @Test
  void shouldRefuseNobodyWhenThereIsNoStream() {
    assertThatCode(() -> SameTokenHash.check(connection, SETTINGS, OTHER))
        .doesNotThrowAnyException();
  }
}
