package dev.sessioncache.guard;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sessioncache.config.RedisUrl;
import dev.sessioncache.localstack.LocalRedis;
import dev.sessioncache.localstack.RedisVersion;
import dev.sessioncache.redis.RedisConnection;
import dev.sessioncache.redis.RedisConnections;
import io.lettuce.core.cluster.api.sync.RedisClusterCommands;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A Redis of its own for one test, with a writer that has entered its generation. */
final class GuardedRedis implements AutoCloseable {

  static final GuardSettings SETTINGS =
      new GuardSettings(Duration.ofMinutes(5), 0.1, Duration.ofHours(1), "warmer:");
  static final Duration TTL = Duration.ofMinutes(1);
  private static final long TIMEOUT_SECONDS = 30;

  private final LocalRedis redis;
  private final RedisConnections connections;
  private final RedisConnection connection;
  private final GuardedWriter writer;

  GuardedRedis(RedisVersion version) {
    redis = LocalRedis.start(version);
    connections = new RedisConnections(RedisUrl.parse(redis.url()), "guard-it");
    connection = connections.open();
    writer = newWriter();
  }

  GuardedWriter newWriter() {
    GuardedWriter fresh = new GuardedWriter(connections.open(), SETTINGS);
    fresh.enter(new Generation(SETTINGS).current(connection));
    return fresh;
  }

  RedisConnection connection() {
    return connection;
  }

  RedisClusterCommands<byte[], byte[]> commands() {
    return connection.sync();
  }

  CompletableFuture<WriteCounts> send(GuardedWrite... batch) {
    return writer.write(List.of(batch)).toCompletableFuture();
  }

  WriteCounts write(GuardedWrite... batch) throws Exception {
    return write(Instant.EPOCH, batch);
  }

  WriteCounts write(Instant notAfter, GuardedWrite... batch) throws Exception {
    return writer
        .write(List.of(batch), notAfter)
        .toCompletableFuture()
        .get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
  }

  WriteCounts writeWhileFull(GuardedWrite... batch) throws Exception {
    commands().configSet("maxmemory", "1");
    try {
      return write(batch);
    } finally {
      commands().configSet("maxmemory", "0");
    }
  }

  GuardedWrite put(String key, Position position, String document) {
    return GuardedWrite.put(key, position.encode(), document.getBytes(UTF_8), TTL);
  }

  @Nullable String value(String key) {
    return text(key.getBytes(UTF_8));
  }

  @Nullable String guard(String key) {
    return text(guardKey(key));
  }

  byte[] guardKey(String key) {
    return SETTINGS.guardKey(key).getBytes(UTF_8);
  }

  private @Nullable String text(byte[] key) {
    byte[] value = commands().get(key);
    return value == null ? null : new String(value, UTF_8);
  }

  Instant time() {
    List<byte[]> time = commands().time();
    long seconds = Long.parseLong(new String(time.get(0), UTF_8));
    return Instant.ofEpochSecond(seconds, 1000 * Long.parseLong(new String(time.get(1), UTF_8)));
  }

  static StreamPosition stream(long lsn, long transaction) {
    RowVersion version = new RowVersion(lsn, TransactionId.of(transaction));
    return new StreamPosition(1, 0, version, version);
  }

  @Override
  public void close() {
    connections.close();
    redis.close();
  }
}
