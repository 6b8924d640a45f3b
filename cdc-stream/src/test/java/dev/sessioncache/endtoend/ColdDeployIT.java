package dev.sessioncache.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.config.DatabaseUrl;
import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.localstack.ChildProcess;
import dev.sessioncache.mapping.MappingSettings;
import dev.sessioncache.reader.ReaderSettings;
import dev.sessioncache.reader.SessionCache;
import dev.sessioncache.reader.Tier;
import dev.sessioncache.redis.RedisSettings;
import io.lettuce.core.api.sync.RedisCommands;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A deploy with a cold cache: Redis is emptied and the application restarts, while its users go on.
 * {@code mvn verify -Psoak -Dit.test=ColdDeployIT}
 */
@Tag("soak")
@Timeout(2400)
class ColdDeployIT {

  private static final Logger log = LoggerFactory.getLogger(ColdDeployIT.class);
  private static final Duration BOUND = Duration.ofSeconds(30);
  private static final int SESSIONS = Integer.getInteger("sessions", 80_000);
  private static final Duration TIME = Duration.ofMinutes(Integer.getInteger("minutes", 11));
  private static final Duration INTERVAL = Duration.ofSeconds(10);
  private static final Duration WARM_BY = Duration.ofSeconds(60);

  /** One in a hundred, so that there are misses also when all is warm. */
  private static final String NEVER_CACHED =
      """
      set session_replication_role = replica;
      update platform.user_sessions set last_activity_at = now() - interval '3 days'
      where request_count % 100 = 7
      """;

  @Test
  void shouldReachTheHitRateWithinAMinuteAndKeepIt() throws Exception {
    Path directory = Path.of("target", "endtoend", "cold").toAbsolutePath();
    try (World world = new World(directory, "cold", false, BOUND)) {
      Millions.fill(world.database(), SESSIONS);
      world.database().execute(NEVER_CACHED);
      world.apps().start();
      Millions.awaitLive(world, Duration.ofMinutes(5), BOUND);
      world.emptyRedis(() -> world.redis().ask(RedisCommands::flushallAsync));
      long startedNanos = System.nanoTime();
      try (ChildProcess warm = world.warm("--count=" + SESSIONS, "--target=0", "--quiet");
          SessionCache application = application(world);
          Users users = new Users(application, SESSIONS)) {
        warm.start();
        users.start();
        Users.Seen before = users.seen();
        boolean isWarm = false;
        while (System.nanoTime() - startedNanos < TIME.toNanos()) {
          Thread.sleep(INTERVAL.toMillis());
          Users.Seen now = users.seen();
          double hitRate = now.since(before).hitRate();
          Duration since = Duration.ofNanos(System.nanoTime() - startedNanos);
          log.info("cold: after {} s {}", since.toSeconds(), now.since(before).words());
          if (since.minus(INTERVAL).compareTo(WARM_BY) >= 0) {
            if (!isWarm) {
              log.info("cold: until it was warm: {}", users.latencies());
              users.forgetLatencies();
              isWarm = true;
            }
            assertThat(hitRate).as("after %s", since).isGreaterThanOrEqualTo(0.9);
          }
          before = now;
        }
        log.info("cold: {}", users.latencies());
        assertThat(users.failed()).isZero();
        assertThat(users.p95Millis(Tier.L2)).as("p95 of L2").isLessThan(5);
        assertThat(users.p95Millis(Tier.POSTGRES)).as("p95 of Postgres").isLessThan(100);
      }
    }
  }

  private static SessionCache application(World world) {
    return SessionCache.open(
        new SessionCache.Servers(
            DatabaseUrl.parse(world.database().url()), RedisSettings.of(world.stack().redisUrl())),
        MappingSettings.defaults(),
        GuardSettings.defaults(),
        ReaderSettings.defaults(),
        new SimpleMeterRegistry());
  }
}
