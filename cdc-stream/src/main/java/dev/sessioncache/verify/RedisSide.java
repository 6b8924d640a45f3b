package dev.sessioncache.verify;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.guard.ValueKeys;
import dev.sessioncache.mapping.KeyTemplate;
import dev.sessioncache.redis.RedisConnection;
import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.KeyValue;
import io.lettuce.core.LettuceFutures;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * The values of Redis, looked at in pipelines. Used by one thread, which holds back the flush of
 * its connection meanwhile: it must be its own.
 */
final class RedisSide implements AutoCloseable {

  private static final int KEYS_PER_MGET = 500;
  private static final int KEYS_PER_SCAN = 1_000;

  private final RedisConnection connection;
  private final RedisClusterAsyncCommands<byte[], byte[]> redis;
  private final GuardSettings settings;
  private final ValueKeys values;
  private final ScanArgs page;

  RedisSide(RedisConnection connection, GuardSettings settings, KeyTemplate template) {
    this.connection = connection;
    this.redis = connection.async();
    this.settings = settings;
    this.values = new ValueKeys(template, settings);
    this.page = ScanArgs.Builder.matches(values.pattern()).limit(KEYS_PER_SCAN);
    connection.setAutoFlushCommands(false);
  }

  RedisConnection connection() {
    return connection;
  }

  /** Values and times to live, not at one moment. */
  RedisLook look(Collection<String> asked) {
    List<String> keys = List.copyOf(asked);
    byte[][] bytes = keys.stream().map(key -> key.getBytes(UTF_8)).toArray(byte[][]::new);
    long nanoTime = System.nanoTime();
    List<RedisFuture<List<KeyValue<byte[], byte[]>>>> gets = new ArrayList<>();
    List<RedisFuture<Long>> lives = new ArrayList<>(bytes.length);
    for (int from = 0; from < bytes.length; from += KEYS_PER_MGET) {
      int to = Math.min(bytes.length, from + KEYS_PER_MGET);
      gets.add(redis.mget(Arrays.copyOfRange(bytes, from, to)));
      for (int i = from; i < to; i++) {
        lives.add(redis.pttl(bytes[i]));
      }
    }
    connection.flushCommands();
    List<Held> held = new ArrayList<>(bytes.length);
    for (RedisFuture<List<KeyValue<byte[], byte[]>>> get : gets) {
      for (KeyValue<byte[], byte[]> found : await(get)) {
        held.add(new Held(found.getValueOrElse(null), await(lives.get(held.size()))));
      }
    }
    return RedisLook.of(keys, held, nanoTime);
  }

  /** The keys of values on the way from a cursor to the next one. */
  record Scanned(List<String> keys, ScanCursor next) {}

  Scanned scan(ScanCursor from) {
    KeyScanCursor<byte[]> found = ask(commands -> commands.scan(from, page));
    List<String> keys =
        found.getKeys().stream()
            .map(bytes -> new String(bytes, UTF_8))
            .filter(values::isValue)
            .toList();
    return new Scanned(keys, found);
  }

  /** About how many values there are: each has a guard. */
  long estimatedValues() {
    return ask(RedisClusterAsyncCommands::dbsize) / 2;
  }

  /** Waits for one answer. */
  <T> T ask(Function<RedisClusterAsyncCommands<byte[], byte[]>, RedisFuture<T>> question) {
    RedisFuture<T> answer = question.apply(redis);
    connection.flushCommands();
    return await(answer);
  }

  /** Waits for several answers. */
  <K, T> List<T> ask(
      List<K> about,
      BiFunction<RedisClusterAsyncCommands<byte[], byte[]>, K, RedisFuture<T>> question) {
    List<RedisFuture<T>> answers = about.stream().map(each -> question.apply(redis, each)).toList();
    connection.flushCommands();
    List<T> found = new ArrayList<>(answers.size());
    answers.forEach(answer -> found.add(await(answer)));
    return found;
  }

  @Override
  public void close() {
    var unused = connection.closeAsync();
  }

  private <T> T await(RedisFuture<T> answer) {
    return LettuceFutures.awaitOrCancel(
        answer, connection.getTimeout().toMillis(), TimeUnit.MILLISECONDS);
  }
}
