package dev.sessioncache.warm;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.guard.Position;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Which sessions Redis holds as a snapshot sees them. Keys are looked at in a pipeline, not at one
 * moment: whatever changes a value in between is newer than the snapshot, and keeps it current.
 */
final class RedisContents implements Comparison.Contents {

  private record Looked(
      SessionVersion version, CompletableFuture<Long> millisLeft, CompletableFuture<byte[]> guard) {

    boolean isHeld(Present present) {
      byte @Nullable [] stored = guard.join();
      Optional<Position> position =
          stored == null ? Optional.empty() : Position.decode(new String(stored, UTF_8));
      return present.holds(version, millisLeft.join(), position);
    }

    CompletableFuture<Void> answered() {
      return CompletableFuture.allOf(millisLeft, guard);
    }
  }

  private final StatefulRedisConnection<byte[], byte[]> connection;
  private final GuardSettings settings;
  private final Present present;

  /**
   * @param connection that flushes on demand only, as a writer's does
   */
  RedisContents(
      StatefulRedisConnection<byte[], byte[]> connection, GuardSettings settings, Present present) {
    this.connection = connection;
    this.settings = settings;
    this.present = present;
  }

  @Override
  public CompletionStage<List<SessionVersion>> held(Map<String, SessionVersion> versions) {
    List<Looked> all = new ArrayList<>(versions.size());
    versions.forEach((key, version) -> all.add(look(key, version)));
    connection.flushCommands();
    return CompletableFuture.allOf(
            all.stream().map(Looked::answered).toArray(CompletableFuture[]::new))
        .thenApply(
            answered ->
                all.stream()
                    .filter(looked -> looked.isHeld(present))
                    .map(Looked::version)
                    .toList());
  }

  /** How many of a batch's sessions are there. */
  CompletionStage<Long> count(Batch batch) {
    byte[][] keys =
        batch.entries().stream().map(entry -> entry.key().getBytes(UTF_8)).toArray(byte[][]::new);
    CompletionStage<Long> there = connection.async().exists(keys);
    connection.flushCommands();
    return there;
  }

  private Looked look(String key, SessionVersion version) {
    RedisAsyncCommands<byte[], byte[]> redis = connection.async();
    return new Looked(
        version,
        redis.pttl(key.getBytes(UTF_8)).toCompletableFuture(),
        redis.get(settings.guardKey(key).getBytes(UTF_8)).toCompletableFuture());
  }
}
