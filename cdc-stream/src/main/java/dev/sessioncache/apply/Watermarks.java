package dev.sessioncache.apply;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sessioncache.guard.GuardSettings;
import io.lettuce.core.api.StatefulRedisConnection;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The watermark keys in Redis, one a lane: everything committed before that time has been applied.
 * Readers of any language judge by them how current the cache is. Format: docs/redis-keys.md.
 */
final class Watermarks {

  private final StatefulRedisConnection<byte[], byte[]> connection;
  private final GuardSettings settings;

  Watermarks(StatefulRedisConnection<byte[], byte[]> connection, GuardSettings settings) {
    this.connection = connection;
    this.settings = settings;
  }

  CompletionStage<Void> write(Map<Integer, Long> watermarksMillis) {
    CompletableFuture<?>[] answers =
        watermarksMillis.entrySet().stream()
            .map(lane -> write(lane.getKey(), lane.getValue()))
            .toArray(CompletableFuture[]::new);
    connection.flushCommands();
    return CompletableFuture.allOf(answers);
  }

  private CompletableFuture<String> write(int lane, long millis) {
    String value = "{\"at\":\"" + Instant.ofEpochMilli(millis) + "\",\"at_ms\":" + millis + "}";
    return connection
        .async()
        .set((settings.keysPrefix() + "watermark:" + lane).getBytes(UTF_8), value.getBytes(UTF_8))
        .toCompletableFuture();
  }
}
