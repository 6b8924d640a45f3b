package dev.sessioncache.bench.latency;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sessioncache.bench.RequestCount;
import dev.sessioncache.bench.Workbench;
import io.lettuce.core.LettuceFutures;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.TrackingArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.push.PushMessage;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * When a reader sees the changes of some keys. It has Redis tell which of them were written (<a
 * href="https://redis.io/docs/latest/develop/reference/client-side-caching/">client-side
 * caching</a>), then reads the value: a change is seen when the value that carries it has arrived.
 * What it costs Redis is one message and one GET for each of these keys and nothing for any other,
 * whoever writes them; keyspace notifications would cost by how many keys a writer touches, and to
 * ask again and again would take the processor from what is measured.
 */
final class Sightings implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final RedisClient client;
  private final StatefulRedisConnection<String, String> redis;
  private final Map<String, Awaited> awaited = new ConcurrentHashMap<>();

  /** A change that is to come; seen once, by the thread that reads the connection. */
  private static final class Awaited {

    private final long count;
    private final CountDownLatch seen = new CountDownLatch(1);
    private volatile long nanos;

    Awaited(long count) {
      this.count = count;
    }

    void read(String value, long now) {
      if (seen.getCount() > 0 && RequestCount.isAt(value, count)) {
        nanos = now;
        seen.countDown();
      }
    }
  }

  Sightings(Workbench bench) {
    this.client = RedisClient.create(bench.stack().redisUrl());
    this.redis = client.connect();
    redis.addListener(this::pushed);
    redis.sync().clientTracking(TrackingArgs.Builder.enabled());
  }

  /**
   * Begins to look at keys; returns when Redis tells of all of them.
   *
   * @param counts the {@code request_count} that is to come, by key
   */
  void expect(Map<String, Long> counts) {
    List<RedisFuture<String>> reads = new ArrayList<>();
    counts.forEach(
        (key, count) -> {
          awaited.put(key, new Awaited(count));
          reads.add(redis.async().get(key)); // from now on Redis tells of it
        });
    if (!LettuceFutures.awaitAll(PATIENCE, reads.toArray(new RedisFuture<?>[0]))) {
      throw new IllegalStateException("Redis does not answer");
    }
  }

  /** On the thread that reads the connection, which must not wait. */
  private void pushed(PushMessage message) {
    List<Object> content = message.getContent();
    if (message.getType().equals("invalidate") && content.get(1) instanceof List<?> keys) {
      keys.forEach(key -> look(UTF_8.decode(((ByteBuffer) key).duplicate()).toString()));
    }
  }

  private void look(String key) {
    Awaited change = awaited.get(key);
    if (change != null) {
      var unused =
          redis.async().get(key).thenAccept(value -> change.read(value, System.nanoTime()));
    }
  }

  /**
   * Waits until the change of a key was seen.
   *
   * @return when, nanoseconds of {@link System#nanoTime()}
   * @throws IllegalStateException when it does not come
   */
  long nanosOf(String key) throws InterruptedException {
    Awaited change = awaited.get(key);
    if (change == null || !change.seen.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      throw new IllegalStateException("the change of " + key + " has not come to Redis");
    }
    return change.nanos;
  }

  @Override
  public void close() {
    redis.close();
    client.shutdown(0, 1, TimeUnit.SECONDS);
  }
}
