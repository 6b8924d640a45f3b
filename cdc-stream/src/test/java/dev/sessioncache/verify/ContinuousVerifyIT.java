package dev.sessioncache.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import dev.sessioncache.redis.RedisConnections;
import dev.sessioncache.redis.RedisSettings;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Rounds in the background, and the figures that they export. */
@ExtendWith(StackExtension.class)
@Timeout(300)
class ContinuousVerifyIT {

  private static final Duration SOON = Duration.ofSeconds(60);
  private static final int SESSIONS = 100;

  private final WarmedCache cache;
  private final RedisConnections redis;
  private final MeterRegistry meters = new SimpleMeterRegistry();
  private final ContinuousVerify first;

  ContinuousVerifyIT(Stack stack) throws SQLException {
    cache = new WarmedCache(stack, "continuous_verify_it", 12, SESSIONS);
    cache.settings().put("verify.rate", "1000");
    redis = new RedisConnections(cache.configuration().get(RedisSettings.class).url(), "it");
    first = make(meters);
  }

  private ContinuousVerify make(MeterRegistry registry) {
    return new ContinuousVerify(cache.configuration(), redis, new VerifyMeters(registry));
  }

  @BeforeEach
  void start() {
    first.start();
  }

  @AfterEach
  void close() throws SQLException {
    first.close();
    redis.close();
    cache.close();
  }

  @Test
  void shouldExportWhatItFinds() throws SQLException {
    await("a round").atMost(SOON).until(() -> value("warmer.verify.checked") >= SESSIONS);
    assertThat(value("warmer.verify.consistency")).isEqualTo(1);
    assertThat(meters.get("warmer.verify.drift").functionCounters()).hasSize(4);
    await("the next").atMost(SOON).until(() -> value("warmer.verify.checked") > SESSIONS);
    assertThat(value("warmer.verify.round.age")).isBetween(0d, 1d * SOON.toSeconds());
    assertThat(drift("stale")).isZero();

    cache.redis.setrange(cache.keys(1).get(0), 7, "~");

    await("the drift is counted").atMost(SOON).until(() -> drift("stale") >= 1);
    await("that round has ended")
        .atMost(SOON)
        .until(() -> value("warmer.verify.consistency") == 0.99);
    assertThat(cache.redis.get("warmer:status:verify")).contains("\"by\":\"stream\"");
    assertThat(cache.redis.get(cache.keys(1).get(0))).as("it does not repair").contains("~");
  }

  @Test
  void shouldGoOnWhenPostgresWasAway() throws Exception {
    await("a round").atMost(SOON).until(() -> value("warmer.verify.checked") >= SESSIONS);

    cache.execute(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()"
            + " and pid <> pg_backend_pid()");

    double before = value("warmer.verify.checked");
    await("rounds go on")
        .atMost(SOON)
        .until(() -> value("warmer.verify.checked") > before + SESSIONS);
  }

  @Test
  void shouldLeaveItToOneOfSeveral() {
    await("a round").atMost(SOON).until(() -> value("warmer.verify.checked") >= SESSIONS);
    MeterRegistry ofSecond = new SimpleMeterRegistry();
    try (ContinuousVerify unused = make(ofSecond).start()) {
      double before = value("warmer.verify.checked");
      await("another round of the first")
          .atMost(SOON)
          .until(() -> value("warmer.verify.checked") >= before + SESSIONS);

      assertThat(ofSecond.get("warmer.verify.checked").functionCounter().count()).isZero();
      await("it leaves it")
          .atMost(SOON)
          .until(() -> Double.isNaN(ofSecond.get("warmer.verify.round.age").gauge().value()));
    }
  }

  @Test
  void shouldTakeOverFromOneThatIsGone() {
    await("a round").atMost(SOON).until(() -> value("warmer.verify.checked") >= SESSIONS);
    MeterRegistry ofSecond = new SimpleMeterRegistry();
    try (ContinuousVerify unused = make(ofSecond).start()) {
      first.close();
      cache.redis.pexpire("warmer:verify-turn", 1); // as time does

      await("the second verifies")
          .atMost(SOON)
          .until(() -> ofSecond.get("warmer.verify.checked").functionCounter().count() >= SESSIONS);
    }
  }

  private double drift(String kind) {
    return meters.get("warmer.verify.drift").tag("kind", kind).functionCounter().count();
  }

  private double value(String name) {
    return meters.get(name).meter().measure().iterator().next().getValue();
  }
}
