package dev.sessioncache.warm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the estimate says, against what a warm then comes to. */
@ExtendWith(StackExtension.class)
class EstimateIT {

  private static final int SESSIONS = 20_000;

  private final WarmServers servers;

  EstimateIT(Stack stack) throws SQLException {
    servers = new WarmServers(stack, "estimate_it", 14);
    servers.tables.addLive("some-longer-token-of-a-session-", SESSIONS);
  }

  @AfterEach
  void close() throws SQLException {
    servers.close();
  }

  @Test
  void shouldTellWhatTheSessionsTakeInRedis() {
    long before = servers.usedMemory();
    Map<String, String> estimate = estimate();
    assertThat(servers.usedMemory() - before).as("it writes nothing").isLessThan(200_000);

    servers.warm("--count", Integer.toString(SESSIONS), "--batch-size", "500");

    assertThat(estimate.get("/live_sessions")).isEqualTo(Integer.toString(SESSIONS));
    double bytes = Double.parseDouble(estimate.get("/bytes_per_session")) * SESSIONS;
    assertThat((servers.usedMemory() - before) / bytes)
        .as("bytes measured by bytes estimated")
        .isEqualTo(1, within(0.15));
  }

  @Test
  void shouldTellHowManySessionsReachTheTarget() {
    Map<String, String> estimate = estimate();

    assertThat(estimate.get("/sizes/1/share")).isEqualTo("0.9");
    WarmRun run =
        servers.warm("--json", "--count", estimate.getOrDefault("/sizes/1/sessions", "absent"));

    assertThat(Double.parseDouble(run.json("/coverage"))).isEqualTo(0.9, within(0.01));
  }

  @Test
  void shouldTellTheTimeByTheLastWarm() {
    assertThat(estimate().get("/rate_of")).isEqualTo("sample");

    servers.warm("--count", "2000", "--rate", "5000", "--batch-size", "100", "--full");
    assertThat(estimate().get("/rate_of")).as("that one was held back").isEqualTo("sample");
    WarmRun warm = servers.warm("--count", "20000", "--full", "--json");

    assertThat(estimate().get("/rate_of")).isEqualTo("last_warm");
    assertThat(Double.parseDouble(estimate().get("/rate")))
        .isGreaterThanOrEqualTo(Double.parseDouble(warm.json("/rate")));
  }

  @Test
  void shouldTellPeopleInATable() {
    WarmRun run = servers.run(new Estimate(servers.environment()));

    assertThat(run.exit()).isZero();
    assertThat(run.out().lines().toList().get(0)).startsWith("20,000 live sessions, ");
    assertThat(run.out().lines().toList().get(2)).matches(" +share +sessions +in Redis +time");
    assertThat(run.out().lines().toList().get(7))
        .matches(" +100 % +20,000 +[0-9.]+ MiB +[0-9.]+ s");
  }

  @Test
  void shouldTellWhatRedisHolds() {
    servers.warm("--count", "300", "--target", "0");
    servers.redis.set("warmer:status:apply".getBytes(UTF_8), "{\"lanes\":2}".getBytes(UTF_8));
    servers.redis.set(
        "warmer:watermark:0".getBytes(UTF_8),
        "{\"at\":\"\",\"at_ms\":1,\"lanes\":2,\"bound_ms\":30000}".getBytes(UTF_8));

    Map<String, String> stats = servers.run(new Stats(servers.environment()), "--json").json();

    assertThat(stats)
        .containsEntry("/sessions", "300")
        .containsEntry("/sampled", "200")
        .containsEntry("/lanes/0/watermark_ms", "1")
        .containsEntry("/lanes/1/watermark_ms", "null")
        .containsEntry("/last_warm/state", "done")
        .containsEntry("/last_warm/written", "300")
        .containsEntry("/stages/apply/lanes", "2");
    assertThat(Long.parseLong(stats.get("/lease_ms/min"))).isBetween(200_000L, 300_000L);
    assertThat(Long.parseLong(stats.get("/bytes_per_session"))).isBetween(500L, 1_500L);
    WarmRun people = servers.run(new Stats(servers.environment()));
    assertThat(people.out())
        .contains("sessions  300 cached, ", "lanes     2, 1 of them without a watermark")
        .doesNotContain("some-longer-token");
  }

  private Map<String, String> estimate() {
    return servers.run(new Estimate(servers.environment()), "--json").json();
  }
}
