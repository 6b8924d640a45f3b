package dev.sessioncache.demo.check;

import dev.sessioncache.demo.data.Cache;
import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.KeyValue;
import io.lettuce.core.LettuceFutures;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Reads the cache in bulk. For one thread, on a connection of its own. */
final class CachedValues implements AutoCloseable {

  private static final int SCAN_COUNT = 1_000;
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final StatefulRedisConnection<String, String> connection;
  private ScanCursor cursor = ScanCursor.INITIAL;

  CachedValues(StatefulRedisConnection<String, String> connection) {
    this.connection = connection;
  }

  /** Value and time to live by token, one round trip for all. */
  Map<String, CachedValue> of(List<String> tokens) {
    if (tokens.isEmpty()) {
      return Map.of();
    }
    RedisAsyncCommands<String, String> redis = connection.async();
    String[] keys = tokens.stream().map(Cache::key).toArray(String[]::new);
    RedisFuture<List<KeyValue<String, String>>> values = redis.mget(keys);
    List<RedisFuture<Long>> ttls = tokens.stream().map(Cache::key).map(redis::pttl).toList();
    RedisFuture<Long> last = ttls.get(ttls.size() - 1);
    LettuceFutures.awaitOrCancel(last, TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    Map<String, CachedValue> found = new HashMap<>();
    List<KeyValue<String, String>> list = values.toCompletableFuture().join();
    for (int i = 0; i < list.size(); i++) {
      long ttl = ttls.get(i).toCompletableFuture().join();
      // A value that expired between the two commands is gone.
      boolean there = list.get(i).hasValue() && ttl != CachedValue.NONE.ttlMillis();
      found.put(
          tokens.get(i), there ? new CachedValue(list.get(i).getValue(), ttl) : CachedValue.NONE);
    }
    return found;
  }

  /** Whether there are tokens that {@link #nextTokens()} has not given yet. */
  boolean hasNextTokens() {
    return !cursor.isFinished();
  }

  /** The next tokens that have a key, in no order; some come twice, a batch may be empty. */
  List<String> nextTokens() {
    ScanArgs pattern = ScanArgs.Builder.matches(Cache.KEY_PREFIX + "*").limit(SCAN_COUNT);
    KeyScanCursor<String> batch = connection.sync().scan(cursor, pattern);
    cursor = batch;
    return batch.getKeys().stream().map(k -> k.substring(Cache.KEY_PREFIX.length())).toList();
  }

  @Override
  public void close() {
    connection.close();
  }
}
