package dev.sessioncache.warm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sessioncache.command.BelowTargetException;
import dev.sessioncache.config.InvalidConfigurationException;
import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A warm inside of an application. */
@ExtendWith(StackExtension.class)
class CacheWarmerIT {

  private final WarmServers servers;

  CacheWarmerIT(Stack stack) throws SQLException {
    servers = new WarmServers(stack, "cache_warmer_it", 15);
    servers.tables.addLive("s", 300);
  }

  @AfterEach
  void close() throws SQLException {
    servers.close();
  }

  @Test
  void shouldWarmInTheBackground() throws Exception {
    try (CacheWarmer warmer = new CacheWarmer(servers.environment(), Map.of())) {
      CacheWarmer.Outcome outcome = get(warmer.startInBackground());

      assertThat(outcome.warmed()).isTrue();
      assertThat(outcome.sessions()).isEqualTo(300);
      assertThat(outcome.coverage().orElse(0)).isGreaterThan(0.99);
      assertThat(servers.tokens()).hasSize(300);
      assertThat(warmer.startInBackground()).isCompletedWithValue(outcome);
    }
  }

  @Test
  void shouldDoNothingWithoutRedisUrl() throws Exception {
    try (CacheWarmer warmer = new CacheWarmer(Map.of("DATABASE_URL", "nonsense"), Map.of())) {
      assertThat(get(warmer.startInBackground()).warmed()).isFalse();
    }
  }

  @Test
  void shouldHandWhatIsWrongToTheFutureOnly() {
    try (CacheWarmer warmer =
        new CacheWarmer(Map.of("DATABASE_URL", "nonsense", "REDIS_URL", "nonsense"), Map.of())) {
      CompletableFuture<CacheWarmer.Outcome> outcome = warmer.startInBackground();

      assertThatThrownBy(() -> get(outcome))
          .hasCauseInstanceOf(InvalidConfigurationException.class);
    }
  }

  @Test
  void shouldLeaveTheWorkToAnotherInstance() throws Exception {
    CompletableFuture<WarmRun> first = servers.warmAtTheFirstRow();
    try (CacheWarmer warmer = new CacheWarmer(servers.environment(), Map.of())) {
      CompletableFuture<CacheWarmer.Outcome> outcome = warmer.startInBackground();

      assertThatThrownBy(() -> get(outcome)).hasCauseInstanceOf(BelowTargetException.class);
    }
    servers.releaseRows();
    assertThat(first.get(WarmServers.TIMEOUT.toSeconds(), TimeUnit.SECONDS).exit()).isZero();
  }

  @Test
  void shouldEndEarlyWhenItIsClosed() throws Exception {
    CacheWarmer warmer =
        new CacheWarmer(servers.environment(), Map.of("warm.batch-size", "10", "warm.pause", "1m"));
    CompletableFuture<CacheWarmer.Outcome> outcome = warmer.startInBackground();
    Awaitility.await("some are written")
        .atMost(WarmServers.TIMEOUT)
        .until(() -> !servers.tokens().isEmpty());

    warmer.close();

    assertThat(get(outcome).sessions()).isBetween(10L, 290L);
  }

  private static CacheWarmer.Outcome get(CompletableFuture<CacheWarmer.Outcome> outcome)
      throws Exception {
    return outcome.get(WarmServers.TIMEOUT.toSeconds(), TimeUnit.SECONDS);
  }
}
