package dev.sessioncache.replay;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sessioncache.guard.GenerationLostException;
import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.guard.Placement;
import dev.sessioncache.guard.ValueKeys;
import dev.sessioncache.redis.RedisConnection;
import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.LettuceFutures;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Removes values from Redis that the log does not know, a slice of keys at a time: first the guards
 * of the slice are read, then the log up to its end of that moment, and only then each value that
 * no record was about is removed, unless its guard has changed.
 *
 * <p>So what the live stream puts meanwhile stays: what it had written before the guard was read
 * stands before the end of the log that was read after, and what it writes later changes the guard.
 * Used by one thread.
 */
final class Orphans {

  private static final int KEYS_AT_A_TIME = 2_000;
  private static final int SLICE = 10_000;

  /** Compares the guard and removes the value; -1 in another generation. */
  private static final byte[] SCRIPT =
      """
      if redis.call('GET', KEYS[3]) ~= ARGV[1] then return -1 end
      if (redis.call('GET', KEYS[2]) or '') ~= ARGV[2] then return 0 end
      return redis.call('DEL', KEYS[1])
      """
          .getBytes(UTF_8);

  private static final long OTHER_GENERATION = -1;

  /** Tells what has come into the log since the lanes were read. */
  interface Tail {
    void catchUp();

    boolean contains(String key);
  }

  private final RedisConnection connection;
  private final GuardSettings settings;
  private final ValueKeys values;
  private final String generation;
  private final Placement placement;
  private final Tail tail;
  private final Stop stop;

  /**
   * @param connection that flushes by itself
   */
  Orphans(
      RedisConnection connection,
      GuardSettings settings,
      ValueKeys values,
      String generation,
      Tail tail,
      Stop stop) {
    this.connection = connection;
    this.settings = settings;
    this.values = values;
    this.generation = generation;
    this.placement = Placement.of(connection, settings);
    this.tail = tail;
    this.stop = stop;
  }

  /**
   * Passes over all values.
   *
   * @param isKnown whether the lanes hold the key as one to be cached
   * @return how many were removed
   */
  long removeAllBut(Predicate<String> isKnown) {
    ScanArgs page = ScanArgs.Builder.matches(values.pattern()).limit(KEYS_AT_A_TIME);
    List<String> slice = new ArrayList<>();
    long removed = 0;
    ScanCursor cursor = ScanCursor.INITIAL;
    while (!cursor.isFinished() && !stop.requested()) {
      KeyScanCursor<byte[]> found = connection.sync().scan(cursor, page);
      for (byte[] bytes : found.getKeys()) {
        String key = new String(bytes, UTF_8);
        if (values.isValue(key) && !isKnown.test(key)) {
          slice.add(key);
        }
      }
      cursor = found;
      if (slice.size() >= SLICE || cursor.isFinished()) {
        removed += remove(slice);
        slice.clear();
      }
    }
    return removed;
  }

  /** Removes the values of these keys as far as they are ours and the log says no more of them. */
  long remove(Collection<String> keys) {
    List<String> slice = keys.stream().filter(values::isValue).toList();
    if (slice.isEmpty()) {
      return 0;
    }
    List<byte @Nullable []> guards =
        answers(slice.stream().map(key -> async().get(guard(key))).toList());
    tail.catchUp();
    List<RedisFuture<Long>> removals = new ArrayList<>();
    for (int i = 0; i < slice.size(); i++) {
      if (!tail.contains(slice.get(i))) {
        removals.add(remove(slice.get(i), guards.get(i)));
      }
    }
    long removed = 0;
    for (long answer : answers(removals)) {
      if (answer == OTHER_GENERATION) {
        throw RedisFailure.explain(new GenerationLostException());
      }
      removed += answer;
    }
    return removed;
  }

  private RedisFuture<Long> remove(String key, byte @Nullable [] guard) {
    byte[] generationKey = placement.generationKey(placement.slot(key)).getBytes(UTF_8);
    byte[][] keys = {key.getBytes(UTF_8), guard(key), generationKey};
    return async()
        .eval(
            SCRIPT,
            ScriptOutputType.INTEGER,
            keys,
            generation.getBytes(UTF_8),
            guard == null ? new byte[0] : guard);
  }

  private <T> List<T> answers(List<RedisFuture<T>> futures) {
    return futures.stream()
        .map(
            future ->
                LettuceFutures.awaitOrCancel(
                    future, connection.getTimeout().toMillis(), TimeUnit.MILLISECONDS))
        .toList();
  }

  private byte[] guard(String key) {
    return settings.guardKey(key).getBytes(UTF_8);
  }

  private RedisClusterAsyncCommands<byte[], byte[]> async() {
    return connection.async();
  }
}
