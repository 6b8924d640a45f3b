package dev.sessioncache.apply;

import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.redis.RedisConnection;
import dev.sessioncache.topic.LaneSettings;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The watermark keys in Redis, one a lane: everything committed before that time has been applied.
 * Readers of any language judge by them how current the cache is. Format: docs/redis-keys.md.
 */
final class Watermarks {

  private static final String AT_MS = "\"at_ms\":(%d+)";

  private final RedisConnection connection;
  private final GuardSettings settings;
  private final LaneSettings lanes;
  private final String tokenHash;

  /**
   * @param tokenHash fingerprint of the hash by which all keys are made
   */
  Watermarks(
      RedisConnection connection, GuardSettings settings, LaneSettings lanes, String tokenHash) {
    this.connection = connection;
    this.settings = settings;
    this.lanes = lanes;
    this.tokenHash = tokenHash;
  }

  /** Writes them to the Redis of that generation only: else they would be true of another one. */
  CompletionStage<Void> write(Map<Integer, Long> watermarksMillis, String generation) {
    CompletableFuture<?>[] answers =
        watermarksMillis.entrySet().stream()
            .map(lane -> write(lane.getKey(), lane.getValue(), generation))
            .toArray(CompletableFuture[]::new);
    connection.flushCommands();
    return CompletableFuture.allOf(answers);
  }

  private CompletableFuture<Void> write(int lane, long millis, String generation) {
    String value =
        "{\"at\":\"%s\",\"at_ms\":%d,\"lanes\":%d,\"bound_ms\":%d,\"token_hash\":\"%s\"}"
            .formatted(
                Instant.ofEpochMilli(millis),
                millis,
                lanes.count(),
                lanes.stalenessBound().toMillis(),
                tokenHash);
    return new RisingKey(settings, settings.watermarkKey(lane), AT_MS)
        .raise(connection, generation, value);
  }
}
