package dev.sessioncache.warm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.localstack.ChildProcess;
import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How long a warm takes with hashed tokens and without, in turns. */
@ExtendWith(StackExtension.class)
@Tag("soak")
@Timeout(900)
class HashedWarmBenchmarkIT {

  private static final Logger log = LoggerFactory.getLogger(HashedWarmBenchmarkIT.class);

  /** All of them active within a day: what was not is left alone. */
  private static final int SESSIONS = 80_000;

  private static final int ROUNDS = 7;
  private static final Duration SOON = Duration.ofMinutes(2);

  private static final Map<String, String> HASHED =
      Map.of("WARMER_TOKEN_HASH", "hmac-sha256", "WARMER_TOKEN_HASH_KEY", "ab".repeat(32));

  private final WarmServers servers;

  @TempDir private Path directory = Path.of("");

  HashedWarmBenchmarkIT(Stack stack) throws SQLException {
    servers = new WarmServers(stack, "hashed_warm_it", 1);
  }

  @AfterEach
  void close() throws SQLException {
    servers.close();
  }

  @Test
  void shouldCostLittleToHashTokens() throws Exception {
    servers.tables.addLive("0123456789abcdef0123456789abcdef", SESSIONS);
    servers.tables.execute("analyze");
    List<Double> plain = new ArrayList<>();
    List<Double> hashed = new ArrayList<>();
    for (int round = 0; round < ROUNDS; round++) {
      plain.add(seconds(Map.of()));
      hashed.add(seconds(HASHED));
    }
    double ratio = median(hashed) / median(plain);
    log.info(
        "event=hashed_warm sessions={} plain={} hashed={} ratio={}",
        SESSIONS,
        median(plain),
        median(hashed),
        ratio);
    assertThat(ratio).isLessThan(2);
  }

  private double seconds(Map<String, String> settings) throws Exception {
    servers.redis.flushdb();
    Map<String, String> environment = new HashMap<>(servers.environment());
    environment.putAll(settings);
    long from = System.nanoTime();
    try (ChildProcess warm =
        servers.start(
            directory.resolve("warm.log"), environment, "--quiet", "--count=" + SESSIONS)) {
      assertThat(warm.endsWithin(SOON)).isTrue();
      assertThat(warm.exitCode()).as(warm.logTail()).isZero();
    }
    double seconds = (System.nanoTime() - from) / 1e9;
    assertThat(servers.redis.keys("session:*")).hasSize(SESSIONS);
    return seconds;
  }

  private static double median(List<Double> all) {
    return all.stream().sorted().toList().get(all.size() / 2);
  }
}
