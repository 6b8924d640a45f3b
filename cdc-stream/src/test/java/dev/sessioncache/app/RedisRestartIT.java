package dev.sessioncache.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisLoadingException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.StatefulRedisConnection;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Redis restarts or is emptied under a running stream: nothing is acknowledged to Kafka that Redis
 * has not taken, the cache is full again, and what was revoked does not come back. One stream for
 * all tests; each leaves it healthy.
 */
@ExtendWith(StackExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(300)
class RedisRestartIT {

  /** Longer than the interval in which apply acknowledges. */
  private static final Duration SHORT = Duration.ofMillis(1_500);

  private Stack stack;
  private Pipeline pipeline;
  private ApplyOffsets offsets;
  private int round;

  @BeforeAll
  void startStream(Stack stack, @TempDir Path stateDir) throws Exception {
    this.stack = stack;
    pipeline = new Pipeline(stack, "redis_restart", stateDir);
    pipeline.user("ada", "member");
    pipeline.user("bob", "member");
    pipeline.start();
    offsets = new ApplyOffsets(stack, pipeline);
  }

  @AfterAll
  void stopStream() throws Exception {
    pipeline.close();
    offsets.close();
  }

  /** Two live sessions of this test, both cached. */
  @BeforeEach
  void cacheTwoSessions() {
    round++;
    pipeline.session(changed(), "ada");
    pipeline.session(revoked(), "bob");
    pipeline.awaitCached(changed());
    pipeline.awaitCached(revoked());
  }

  @Test
  @Tag("soak")
  void shouldWaitForARedisThatLoads() throws Exception {
    pipeline
        .redis()
        .eval(
            "for i = 1, 4000 do redis.call('SET', 'filler:' .. i, string.rep('x', 10000)) end",
            ScriptOutputType.STATUS);
    pipeline.redis().configSet("rdbcompression", "no");
    pipeline.redis().configSet("dbfilename", "reload.rdb"); // not what a restart would load
    pipeline.redis().configSet("key-load-delay", "1000");
    try (RedisClientOfTest other = new RedisClientOfTest()) {
      Thread reload = new Thread(() -> other.connection.sync().debugReload());
      survivesStall(
          () -> {
            reload.start();
            await("Redis loads").atMost(Pipeline.SOON).until(this::isLoading);
          },
          () -> {
            try {
              reload.join();
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
          });
    } finally {
      pipeline.redis().configSet("key-load-delay", "0");
      pipeline
          .redis()
          .eval(
              "for i = 1, 4000 do redis.call('DEL', 'filler:' .. i) end", ScriptOutputType.STATUS);
    }
  }

  private boolean isLoading() {
    try {
      pipeline.redis().get("filler:1");
      return false;
    } catch (RedisLoadingException e) {
      return true;
    }
  }

  @Test
  void shouldFillAnEmptyRedisWhenItWasKilled() {
    survivesStall(stack.redis()::kill, stack.redis()::start);
  }

  /** Its guards are as old as the sessions that it brings back, and its generation is ours. */
  @Test
  void shouldTakeAwayWhatAnOldCopyBringsBack() {
    pipeline.redis().save();
    change();
    awaitChanged();
    pipeline.awaitGone(revoked());
    offsets.awaitAcknowledged(); // the live stream does not bring the removal again
    stack.redis().kill();
    try {
      stack.redis().start();
      pipeline.awaitGone(revoked());
      pipeline.awaitQuiet();
      assertThat(pipeline.cached(revoked())).isEmpty();
    } finally {
      pipeline.redis().flushall();
      pipeline.redis().save(); // the next start finds nothing
    }
    pipeline.awaitAsInPostgres();
  }

  @Test
  void shouldBringNothingRevokedBackWhenRedisIsEmptiedAtAnyMoment() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < 200; i++) {
      pipeline.execute(
          "update platform.user_sessions set request_count = request_count + 1 where revoked_at is"
              + " null");
      if (i == 100) {
        change();
      }
      if (random.nextInt(20) == 0) {
        pipeline.redis().flushall();
      }
    }
    change();

    awaitChanged();
    pipeline.awaitQuiet();
    assertThat(pipeline.cached(revoked())).as("seed %d", seed).isEmpty();
    pipeline.awaitAsInPostgres();
  }

  @Test
  @Tag("soak")
  @Timeout(300)
  void shouldStaySmallWhileRedisHangsForAMinute() throws Exception {
    long before = heap();
    survivesStall(
        () -> {
          stack.redis().pause();
          for (int i = 0; i < 20_000; i++) {
            pipeline.execute(
                "update platform.user_sessions set request_count = request_count + 1 where"
                    + " revoked_at is null");
          }
        },
        Duration.ofSeconds(60),
        () -> {
          assertThat(heap() - before).as("growth of the heap, bytes").isLessThan(64L << 20);
          stack.redis().resume();
        });
  }

  private void survivesStall(Runnable fault, Runnable heal) {
    survivesStall(fault, SHORT, heal);
  }

  private void survivesStall(Runnable fault, Duration time, Runnable heal) {
    fault.run();
    try {
      Map<Integer, Long> ends = offsets.ends();
      change();
      offsets.assertNothingAcknowledgedBehind(ends, time);
    } finally {
      heal.run();
    }
    awaitChanged();
    pipeline.awaitGone(revoked());
    pipeline.awaitQuiet();
    assertThat(pipeline.cached(revoked())).isEmpty();
    pipeline.awaitAsInPostgres();
  }

  private void change() {
    pipeline.execute(
        "update platform.user_sessions set revoked_at = now() where token = '" + revoked() + "'");
    pipeline.execute(
        "update platform.user_sessions set request_count = request_count + 1 where token = '"
            + changed()
            + "'");
  }

  private void awaitChanged() {
    long count =
        pipeline.number(
            "select request_count from platform.user_sessions where token = '" + changed() + "'");
    await("the change in the cache")
        .atMost(Pipeline.SOON)
        .ignoreExceptions()
        .until(
            () ->
                pipeline
                    .cached(changed())
                    .map(document -> document.path("request_count").asLong())
                    .orElse(-1L),
            found -> found == count);
  }

  private String changed() {
    return "changed-" + round;
  }

  private String revoked() {
    return "revoked-" + round;
  }

  private static long heap() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  /** For a command that does not return. */
  private final class RedisClientOfTest implements AutoCloseable {

    private final RedisClient client = RedisClient.create(stack.redisUrl());
    final StatefulRedisConnection<String, String> connection = client.connect();

    @Override
    public void close() {
      client.shutdown();
    }
  }
}
