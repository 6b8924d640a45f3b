package dev.sessioncache.apply;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sessioncache.guard.GuardSettings;
import io.lettuce.core.ScriptOutputType;
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

  /**
   * A lane that went to another instance is not set back by what its former one still sends. The
   * DEL lets the SET pass when Redis is full, as in the guard script.
   */
  private static final byte[] SCRIPT =
      """
      local stored = redis.call('GET', KEYS[1])
      local at = stored and string.match(stored, '"at_ms":(%d+)')
      if at and tonumber(at) > tonumber(ARGV[2]) then return 0 end
      redis.call('DEL', KEYS[1])
      redis.call('SET', KEYS[1], ARGV[1])
      return 1
      """
          .getBytes(UTF_8);

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

  private CompletableFuture<Long> write(int lane, long millis) {
    String value = "{\"at\":\"" + Instant.ofEpochMilli(millis) + "\",\"at_ms\":" + millis + "}";
    byte[][] keys = {(settings.keysPrefix() + "watermark:" + lane).getBytes(UTF_8)};
    return connection
        .async()
        .<Long>eval(
            SCRIPT,
            ScriptOutputType.INTEGER,
            keys,
            value.getBytes(UTF_8),
            Long.toString(millis).getBytes(UTF_8))
        .toCompletableFuture();
  }
}
