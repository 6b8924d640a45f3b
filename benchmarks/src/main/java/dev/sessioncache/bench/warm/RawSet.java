package dev.sessioncache.bench.warm;

import io.lettuce.core.LettuceFutures;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.SetArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/**
 * As fast as Redis takes values of 700 bytes: SET PX by Lettuce, 500 at a time, four such on their
 * way.
 */
final class RawSet {

  private static final int BATCH = 500;
  private static final int IN_FLIGHT = 4;

  private RawSet() {}

  public static void main(String... args) throws Exception {
    String value = "x".repeat(700);
    SetArgs lease = SetArgs.Builder.px(300_000);
    RedisClient client = Environment.redis();
    try (StatefulRedisConnection<String, String> redis = client.connect()) {
      redis.setAutoFlushCommands(false);
      Deque<RedisFuture<?>[]> sent = new ArrayDeque<>();
      int count = Integer.parseInt(args[0]);
      for (int i = 0; i < count; ) {
        RedisFuture<?>[] batch = new RedisFuture<?>[Math.min(BATCH, count - i)];
        for (int j = 0; j < batch.length; j++, i++) {
          batch[j] = redis.async().set("raw:" + i, value, lease);
        }
        redis.flushCommands();
        sent.add(batch);
        if (sent.size() == IN_FLIGHT) {
          await(sent.remove());
        }
      }
      while (!sent.isEmpty()) {
        await(sent.remove());
      }
    } finally {
      client.shutdown(0, 1, TimeUnit.SECONDS);
    }
  }

  private static void await(RedisFuture<?>[] batch) {
    if (!LettuceFutures.awaitAll(Duration.ofSeconds(30), batch)) {
      throw new IllegalStateException("Redis does not answer");
    }
  }
}
