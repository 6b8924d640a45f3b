package dev.sessioncache.replay;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.redis.RedisConnection;
import dev.sessioncache.redis.RedisTime;
import io.lettuce.core.SetArgs;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the {@link ReplayRecord} in the Redis that is filled. It says no more than what Redis has
 * acknowledged; one that is lost costs only that the next run writes everything again. Used by the
 * replay's main thread.
 */
final class ReplayJournal {

  static final Duration TIME_TO_LIVE = Duration.ofDays(1);

  private static final Duration EVERY = Duration.ofMillis(300);
  private static final long LAST_MILLIS = 500;

  private final RedisConnection connection;
  private final byte[] key;
  private final String generation;
  private final String topic;
  private final Instant began;
  private final long beganNanos = System.nanoTime();
  private long writtenNanos = beganNanos;

  /**
   * @param connection that flushes by itself
   * @param began now, by the clock of Redis
   */
  ReplayJournal(
      RedisConnection connection,
      GuardSettings settings,
      String generation,
      String topic,
      Instant began) {
    this.connection = connection;
    this.key = settings.statusKey("replay").getBytes(UTF_8);
    this.generation = generation;
    this.topic = topic;
    this.began = began;
  }

  /** The present time by the clock of a Redis. */
  static Instant now(RedisConnection connection) {
    return RedisTime.of(connection);
  }

  /** What need not be written again; by lane. */
  Map<Integer, DoneOffsets> earlier(Duration lease) {
    return Optional.ofNullable(connection.sync().get(key))
        .flatMap(ReplayRecord::read)
        .map(last -> last.goesOnIn(generation, topic, began, lease))
        .orElse(Map.of());
  }

  void now(List<LaneReplay> lanes) {
    if (System.nanoTime() - writtenNanos >= EVERY.toNanos()) {
      writtenNanos = System.nanoTime();
      var unused = write("running", lanes);
    }
  }

  /** Waits for Redis for a moment at most. */
  void ended(String state, List<LaneReplay> lanes) {
    write(state, lanes).completeOnTimeout(null, LAST_MILLIS, TimeUnit.MILLISECONDS).join();
  }

  private CompletableFuture<@Nullable Void> write(String state, List<LaneReplay> lanes) {
    Map<Integer, DoneOffsets> done = new TreeMap<>();
    lanes.forEach(lane -> done.put(lane.range().number(), lane.done()));
    Instant at = began.plusNanos(System.nanoTime() - beganNanos);
    byte[] json = new ReplayRecord(state, generation, topic, at, done).json();
    return connection
        .async()
        .set(key, json, SetArgs.Builder.px(TIME_TO_LIVE))
        .toCompletableFuture()
        .handle((answer, failure) -> null);
  }
}
