package dev.sessioncache.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.redis.RedisConnection;
import io.lettuce.core.RedisException;
import io.lettuce.core.SetArgs;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells through Redis, every second, what each stage of this process is doing; the keys lapse when
 * the process is gone. Owns its connection and thread.
 */
final class StatusReporter implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(StatusReporter.class);
  private static final Duration EVERY = Duration.ofSeconds(1);
  private static final Duration TIME_TO_LIVE = Duration.ofSeconds(10);

  private final RedisConnection connection;
  private final GuardSettings settings;
  private final Map<String, Supplier<ObjectNode>> stages = new ConcurrentHashMap<>();
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread made = new Thread(task, "status");
            made.setDaemon(true);
            return made;
          });

  StatusReporter(RedisConnection connection, GuardSettings settings) {
    this.connection = connection;
    this.settings = settings;
  }

  void add(String stage, Supplier<ObjectNode> status) {
    stages.put(stage, status);
  }

  void start() {
    var unused =
        thread.scheduleWithFixedDelay(this::report, 0, EVERY.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void report() {
    try {
      stages.forEach(
          (stage, status) ->
              connection
                  .sync()
                  .set(
                      settings.statusKey(stage).getBytes(UTF_8),
                      status.get().toString().getBytes(UTF_8),
                      SetArgs.Builder.px(TIME_TO_LIVE)));
    } catch (RedisException e) {
      log.debug(
          "event=status_not_reported", e); // apply is the one that tells of a Redis that fails
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
