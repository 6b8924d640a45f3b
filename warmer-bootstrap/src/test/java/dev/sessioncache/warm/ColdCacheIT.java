package dev.sessioncache.warm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.localstack.ChildProcess;
import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(StackExtension.class)
class ColdCacheIT {

  private static final Duration LEASE = Duration.ofMinutes(5);

  private final WarmServers servers;

  @TempDir private Path directory = Path.of("");

  ColdCacheIT(Stack stack) throws SQLException {
    servers = new WarmServers(stack, "cold_cache_it", 7);
    servers.tables.addLive("s", 3);
  }

  @AfterEach
  void close() throws SQLException {
    servers.close();
  }

  @Test
  void shouldBeColdWhenNobodyHasWritten() {
    assertThat(isCold(LEASE)).isTrue();
  }

  @Test
  void shouldBeWarmAfterAWarmUntilItsLeasesHaveLapsed() throws Exception {
    assertThat(servers.warm().exit()).isZero();

    assertThat(isCold(LEASE)).isFalse();
    Awaitility.await("a lease of a second has lapsed")
        .atMost(WarmServers.TIMEOUT)
        .until(() -> isCold(Duration.ofSeconds(1)));
  }

  @Test
  void shouldBeColdAfterAWarmThatDidNotComeToItsEnd() throws Exception {
    servers.tables.addLive("more", 400);
    try (ChildProcess warm =
        servers.start(directory.resolve("log"), "--batch-size=50", "--pause=1m")) {
      Awaitility.await("it is recorded")
          .atMost(WarmServers.TIMEOUT)
          .until(() -> servers.redis.exists("warmer:status:warm".getBytes(UTF_8)) == 1);
      warm.kill();
    }

    assertThat(isCold(LEASE)).isTrue();
  }

  @Test
  void shouldBeWarmBesideAStreamUntilItsLeasesHaveLapsed() {
    long now = System.currentTimeMillis();
    watermark(0, 0);
    watermark(1, now - LEASE.toMillis() / 2);
    assertThat(isCold(LEASE)).isFalse();

    watermark(1, now - 2 * LEASE.toMillis());
    assertThat(isCold(LEASE)).isTrue();
  }

  private void watermark(int lane, long millis) {
    servers.redis.set(
        ("warmer:watermark:" + lane).getBytes(UTF_8),
        "{\"at\":\"\",\"at_ms\":%d,\"lanes\":2,\"bound_ms\":30000}"
            .formatted(millis)
            .getBytes(UTF_8));
  }

  private boolean isCold(Duration lease) {
    return ColdCache.isCold(
        servers.connection, new GuardSettings(lease, 0, Duration.ofHours(1), "warmer:"));
  }
}
