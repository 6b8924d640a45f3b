package dev.sessioncache.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.app.ReplayProcess;
import dev.sessioncache.localstack.ChildProcess;
import dev.sessioncache.localstack.ProcessUsage;
import dev.sessioncache.topic.TextHash;
import dev.sessioncache.verify.VerifyRun;
import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import io.lettuce.core.api.sync.RedisCommands;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A million sessions that stay in Redis by themselves, at the usual settings: idle for twelve
 * minutes, verified, emptied under load, without capture, and replayed without Postgres. {@code mvn
 * verify -Psoak -Dit.test=LivingCacheIT}
 */
@Tag("soak")
@Timeout(5400)
class LivingCacheIT {

  private static final Logger log = LoggerFactory.getLogger(LivingCacheIT.class);
  private static final Duration BOUND = Duration.ofSeconds(30);
  private static final Duration LEASE = Duration.ofMinutes(5);
  private static final int SESSIONS = Integer.getInteger("sessions", 1_000_000);
  private static final Duration IDLE = Duration.ofMinutes(Integer.getInteger("minutes", 12));
  private static final Duration BASELINE = Duration.ofMinutes(20);
  private static final Duration QUIET = Duration.ofMinutes(3);
  private static final int SAMPLE = 2_000;

  @Test
  void shouldStayCompleteUntilCaptureStopsAndComeBackFromTheLog() throws Exception {
    Path directory = Path.of("target", "endtoend", "living").toAbsolutePath();
    Observations observations = new Observations();
    try (World world = new World(directory, "living", true, BOUND);
        Reader reader = world.reader(observations)) {
      Generator generator = new Generator(world.database(), world.population(), 1, 8);
      Millions.fill(world.database(), SESSIONS);
      generator.fill();
      long startedNanos = System.nanoTime();
      world.apps().start();
      Millions.awaitLive(world, BASELINE, BOUND);
      Awaitility.await("all are cached")
          .atMost(QUIET)
          .pollInterval(Duration.ofSeconds(2))
          .until(() -> sessions(world) >= SESSIONS);
      long live = sessions(world);
      log.info("living: {} sessions cached and live after {} s", live, seconds(startedNanos));
      idle(world, live);
      verify(world, live);
      reader.start();
      emptyUnderLoad(world, generator, observations);
      reader.check();
      Map<Long, Long> before = values(world);
      stopCapture(world);
      replay(world, before);
    }
  }

  /** Nothing of the budget lapses, and keeping it costs little. */
  private static void idle(World world, long live) throws Exception {
    Random random = new Random(3);
    Duration apply = applyCpu(world);
    double redis = redisCpuSeconds(world);
    long from = System.nanoTime();
    while (System.nanoTime() - from < IDLE.toNanos()) {
      String[] keys =
          random.ints(SAMPLE, 1, SESSIONS + 1).mapToObj(Millions::key).toArray(String[]::new);
      long there = world.redis().ask(commands -> commands.exists(keys));
      assertThat(there).as("after %d s", seconds(from)).isEqualTo(SAMPLE);
      Thread.sleep(2_000);
    }
    double seconds = (System.nanoTime() - from) / 1e9;
    double applyShare = applyCpu(world).minus(apply).toMillis() / 1e3 / seconds;
    double redisShare = (redisCpuSeconds(world) - redis) / seconds;
    log.info(
        "living: idle for {} s; of one core apply took {} %, Redis {} %; status {}",
        Math.round(seconds),
        Math.round(1000 * applyShare) / 10.0,
        Math.round(1000 * redisShare) / 10.0,
        world.redis().get("warmer:status:apply"));
    assertThat(sessions(world)).isEqualTo(live);
  }

  private static void emptyUnderLoad(World world, Generator generator, Observations observations)
      throws Exception {
    try (generator) {
      generator.start();
      Thread.sleep(3_000);
      long from = System.nanoTime();
      world.emptyRedis(() -> world.redis().ask(RedisCommands::flushallAsync));
      Awaitility.await("full again")
          .atMost(QUIET)
          .pollInterval(Duration.ofMillis(500)) // to count them all would hold up Redis
          .until(() -> world.redis().ask(RedisCommands::dbsize) >= 2L * SESSIONS);
      log.info("living: full again {} s after FLUSHALL", (System.nanoTime() - from) / 1e9);
    }
    generator.check();
    world.awaitPulse(QUIET, "quiet");
    List<Violation> violations = Millions.judge(world, observations);
    log.info("living: {} reads, {} violations", observations.reads(), violations.size());
    assertThat(violations.stream().limit(5)).isEmpty();
  }

  /** Within the bound readers are told, within a lease of that nothing is left. */
  private static void stopCapture(World world) throws Exception {
    long from = System.nanoTime();
    world.apps().main().get(0).kill();
    Awaitility.await("readers are told")
        .atMost(BOUND.plusSeconds(5))
        .until(() -> world.oldestWatermark() < world.database().nowMillis() - BOUND.toMillis());
    log.info("living: readers are told {} s after capture's death", seconds(from));
    Awaitility.await("nothing is left")
        .atMost(LEASE.plusSeconds(10))
        .pollInterval(Duration.ofSeconds(1))
        .until(() -> sessions(world) == 0);
    log.info("living: the last value is gone {} s after capture's death", seconds(from));
  }

  private static void verify(World world, long live) {
    long from = System.nanoTime();
    VerifyRun run = VerifyRun.of(world.settings(), "--all", "--json", "--quiet");
    log.info("living: verified in {} s: {}", seconds(from), run.out());
    assertThat(run.exit()).as(run.out()).isZero();
    assertThat(run.number("/right")).isEqualTo(live);
  }

  /** Of Redis and the log alone. */
  private static void replay(World world, Map<Long, Long> before) throws Exception {
    world.apps().main().forEach(App::kill);
    world.stack().postgres().stop();
    world.redis().ask(RedisCommands::flushallAsync);
    Map<String, String> settings = new HashMap<>(world.settings());
    settings.remove("database.url");
    long from = System.nanoTime();
    try (ChildProcess replay = ReplayProcess.of("living-replay", settings, "--quiet", "--json")) {
      replay.start();
      Awaitility.await("replay").atMost(QUIET).until(() -> !replay.isAlive());
      assertThat(replay.exitCode()).as(replay.logTail()).isZero();
      log.info("living: replayed in {} s: {}", (System.nanoTime() - from) / 1e9, replay.logTail());
    }
    assertThat(values(world).equals(before)).as("the same keys and values").isTrue();
  }

  /** Hashes of values by hashes of keys. */
  private static Map<Long, Long> values(World world) {
    return world.redis().ask(LivingCacheIT::values);
  }

  private static Map<Long, Long> values(RedisCommands<String, String> redis) {
    Map<Long, Long> values = new HashMap<>();
    ScanArgs page = ScanArgs.Builder.matches("session:*").limit(2_000);
    ScanCursor cursor = ScanCursor.INITIAL;
    while (!cursor.isFinished()) {
      KeyScanCursor<String> found = redis.scan(cursor, page);
      if (!found.getKeys().isEmpty()) {
        redis
            .mget(found.getKeys().toArray(String[]::new))
            .forEach(
                one ->
                    values.put(TextHash.of(one.getKey()), TextHash.of(one.getValueOrElse("gone"))));
      }
      cursor = found;
    }
    return values;
  }

  private static long sessions(World world) {
    return world.redis().ask(LivingCacheIT::count);
  }

  private static long count(RedisCommands<String, String> redis) {
    long sessions = 0;
    ScanArgs page = ScanArgs.Builder.matches("session:*").limit(5_000);
    KeyScanCursor<String> found = redis.scan(page);
    while (true) {
      sessions += found.getKeys().size();
      if (found.isFinished()) {
        return sessions;
      }
      found = redis.scan(ScanCursor.of(found.getCursor()), page);
    }
  }

  private static Duration applyCpu(World world) {
    return ProcessUsage.of(world.apps().main().get(2).process().pid()).cpu();
  }

  private static double redisCpuSeconds(World world) {
    String info = world.redis().ask(redis -> redis.info("cpu"));
    return info.lines()
        .filter(line -> line.matches("used_cpu_(user|sys):.*"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(':') + 1)))
        .sum();
  }

  private static long seconds(long sinceNanos) {
    return Duration.ofNanos(System.nanoTime() - sinceNanos).toSeconds();
  }
}
