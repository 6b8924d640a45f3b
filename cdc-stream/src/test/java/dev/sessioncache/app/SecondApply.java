package dev.sessioncache.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sessioncache.config.Configuration;
import dev.sessioncache.config.Sources;
import io.lettuce.core.cluster.api.sync.RedisClusterCommands;
import java.sql.SQLException;
import java.time.Clock;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Apply alone, for a second Redis, beside a pipeline; it knows of no Postgres. */
final class SecondApply implements AutoCloseable {

  private final StreamApp app;
  private final CompletableFuture<Void> running;

  SecondApply(Map<String, String> settings) {
    Set<Role> apply = EnumSet.of(Role.APPLY);
    this.app =
        new StreamApp(
            Configuration.load(
                new Sources(null, Map.of(), settings),
                CdcStream.sectionsFor(apply),
                CdcStream.sections()),
            apply,
            Clock.systemUTC());
    this.running =
        CompletableFuture.runAsync(
            () -> {
              try {
                app.run();
              } catch (SQLException | InterruptedException e) {
                throw new IllegalStateException(e);
              }
            },
            task -> new Thread(task, "second-apply").start());
  }

  void awaitGone(RedisClusterCommands<String, String> redis, String key) {
    await("gone from the second Redis")
        .atMost(Pipeline.SOON)
        .until(
            () -> {
              throwIfEnded();
              return redis.get(key) == null;
            });
  }

  void awaitSame(Supplier<Map<String, String>> second, Supplier<Map<String, String>> first) {
    await("the second Redis is as the first")
        .atMost(Pipeline.SOON)
        .untilAsserted(() -> assertThat(second.get()).isEqualTo(first.get()));
  }

  private void throwIfEnded() {
    if (running.isCompletedExceptionally()) {
      running.join();
    }
  }

  @Override
  public void close() {
    app.stop();
    app.close();
  }
}
