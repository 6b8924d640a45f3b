package dev.sessioncache.reader;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import dev.sessioncache.mapping.TokenHash;
import dev.sessioncache.mapping.TokenKey;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** A reader whose tokens are hashed: it works as any, and Redis is never told a token. */
@ExtendWith(StackExtension.class)
@Timeout(300)
class HashedTokensIT {

  private static final String KEY = "ab".repeat(32);
  private static final TokenHash HASH = TokenHash.hmacSha256(TokenKey.parse(KEY));
  private static final Map<String, String> SERVES_ALL = Map.of("reader.on-stale", "serve");

  private final Servers servers;

  HashedTokensIT(Stack stack) throws SQLException {
    servers = new Servers(stack, "hashed_tokens_it", 11);
  }

  @AfterEach
  void close() throws SQLException {
    servers.close();
  }

  @Test
  void shouldFillFindAndForgetByTheHash() throws Exception {
    servers.hashTokens(KEY);
    servers.session("canary-1");
    servers.pulse();
    try (SessionCache sessions = servers.open()) {
      assertThat(sessions.check("canary-1").tier()).isEqualTo(Tier.POSTGRES);
      await("filled").atMost(Servers.SOON).until(() -> !servers.cached().isEmpty());
      assertThat(servers.cached()).containsExactly("session:" + HASH.of("canary-1"));

      await("in memory")
          .atMost(Servers.SOON)
          .until(() -> sessions.check("canary-1").tier() == Tier.L1);
      assertThat(sessions.validate("canary-2")).isEmpty();
      assertThat(sessions.validate("with space")).isEmpty();

      servers.revoke("canary-1");
      servers.takeAway("canary-1");
      await("refused").atMost(Servers.SOON).until(() -> sessions.validate("canary-1").isEmpty());

      servers.session("canary-3");
      assertThat(sessions.warm("canary-3").toCompletableFuture().get()).isPresent();
      await("warm").atMost(Servers.SOON).until(() -> servers.isCached("canary-3"));
      servers.revoke("canary-3");
      sessions.invalidate("canary-3").toCompletableFuture().get();
      assertThat(servers.isCached("canary-3")).isFalse();
    }
    assertThat(servers.redis.sync().keys("*").stream().map(key -> new String(key, UTF_8)))
        .isNotEmpty()
        .noneMatch(key -> key.contains("canary"));
  }

  @Test
  void shouldPutNothingIntoARedisWhoseStreamHashesOtherwise() throws Exception {
    servers.streamHashes(KEY);
    servers.session("canary-1");
    servers.pulse();
    for (Map<String, String> settings : List.of(Map.<String, String>of(), SERVES_ALL)) {
      try (SessionCache sessions = servers.open(settings)) {
        assertThat(sessions.check("canary-1").tier()).isEqualTo(Tier.POSTGRES);
        assertThat(sessions.invalidate("canary-1"))
            .failsWithin(Servers.SOON)
            .withThrowableThat()
            .havingRootCause()
            .withMessageContaining("the stream has another token.hash");
      }
      assertThat(servers.redis.sync().keys("*session:*")).isEmpty(); // nor a guard
    }
  }
}
