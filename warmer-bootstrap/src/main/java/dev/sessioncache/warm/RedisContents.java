package dev.sessioncache.warm;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.guard.Position;
import dev.sessioncache.redis.RedisConnection;
import io.lettuce.core.KeyValue;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Which sessions Redis holds as a snapshot sees them. Keys are looked at in a pipeline, not at one
 * moment: whatever changes a value in between is newer than the snapshot, and keeps it current.
 */
final class RedisContents implements Comparison.Contents {

  private final RedisConnection connection;
  private final GuardSettings settings;
  private final Present present;

  /**
   * @param connection that flushes on demand only, as a writer's does
   */
  RedisContents(RedisConnection connection, GuardSettings settings, Present present) {
    this.connection = connection;
    this.settings = settings;
    this.present = present;
  }

  @Override
  public CompletionStage<List<SessionVersion>> held(Map<String, SessionVersion> versions) {
    if (versions.isEmpty()) {
      return CompletableFuture.completedFuture(List.of());
    }
    RedisClusterAsyncCommands<byte[], byte[]> redis = connection.async();
    byte[][] guardKeys =
        versions.keySet().stream()
            .map(key -> settings.guardKey(key).getBytes(UTF_8))
            .toArray(byte[][]::new);
    CompletableFuture<List<KeyValue<byte[], byte[]>>> guards =
        redis.mget(guardKeys).toCompletableFuture();
    List<CompletableFuture<Long>> millisLeft =
        versions.keySet().stream()
            .map(key -> redis.pttl(key.getBytes(UTF_8)).toCompletableFuture())
            .toList();
    connection.flushCommands();
    return CompletableFuture.allOf(millisLeft.toArray(CompletableFuture[]::new))
        .thenCombine(guards, (lives, found) -> held(versions.values(), millisLeft, found));
  }

  private List<SessionVersion> held(
      Collection<SessionVersion> versions,
      List<CompletableFuture<Long>> millisLeft,
      List<KeyValue<byte[], byte[]>> guards) {
    List<SessionVersion> held = new ArrayList<>(guards.size());
    int i = 0;
    for (SessionVersion version : versions) {
      if (present.holds(version, millisLeft.get(i).join(), position(guards.get(i)))) {
        held.add(version);
      }
      i++;
    }
    return held;
  }

  private static Optional<Position> position(KeyValue<byte[], byte[]> guard) {
    return guard.hasValue()
        ? Position.decode(new String(guard.getValue(), UTF_8))
        : Optional.empty();
  }

  /** How many of a batch's sessions are there. */
  CompletionStage<Long> count(Batch batch) {
    byte[][] keys =
        batch.entries().stream().map(entry -> entry.key().getBytes(UTF_8)).toArray(byte[][]::new);
    CompletionStage<Long> there = connection.async().exists(keys);
    connection.flushCommands();
    return there;
  }
}
