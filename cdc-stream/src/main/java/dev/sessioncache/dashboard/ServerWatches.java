package dev.sessioncache.dashboard;

import dev.sessioncache.config.DatabaseUrl;
import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.redis.RedisConnection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;

/**
 * Watches the servers that a process needs. Thread-safe; owns its threads and what is given to it.
 */
public final class ServerWatches implements AutoCloseable {

  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
  private static final Duration ASK_EVERY = Duration.ofSeconds(2);
  private static final int ANSWER_SECONDS = 3;
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);

  private final ServerWatch<RedisRecords> redis;
  private final ServerWatch<?> kafka;
  private final Optional<ServerWatch<?>> postgres;
  private final Admin admin;
  private final Optional<DatabaseProbe> probe;

  /**
   * Begins to watch.
   *
   * @param lanes their number
   * @param database empty for a process that needs none
   */
  public ServerWatches(
      RedisConnection connection,
      GuardSettings settings,
      int lanes,
      Admin admin,
      Optional<DatabaseUrl> database,
      Clock clock) {
    this.admin = admin;
    this.probe = database.map(DatabaseProbe::of);
    RedisLook look = new RedisLook(connection, settings, lanes);
    this.redis = new ServerWatch<>(Servers.REDIS, look::look, LOOK_EVERY, clock, System::nanoTime);
    this.kafka =
        new ServerWatch<>(
            Servers.KAFKA,
            () -> admin.describeCluster().nodes().get(ANSWER_SECONDS, TimeUnit.SECONDS).size(),
            ASK_EVERY,
            clock,
            System::nanoTime);
    this.postgres =
        probe.map(
            asked ->
                new ServerWatch<>(
                    Servers.POSTGRES, asked::ask, ASK_EVERY, clock, System::nanoTime));
  }

  Servers servers() {
    Map<String, Instant> silent = new TreeMap<>();
    redis.silentSince().ifPresent(since -> silent.put(Servers.REDIS, since));
    kafka.silentSince().ifPresent(since -> silent.put(Servers.KAFKA, since));
    postgres
        .flatMap(ServerWatch::silentSince)
        .ifPresent(since -> silent.put(Servers.POSTGRES, since));
    return new Servers(
        redis.answer().orElse(RedisRecords.NONE),
        postgres.isPresent()
            ? Set.of(Servers.REDIS, Servers.KAFKA, Servers.POSTGRES)
            : Set.of(Servers.REDIS, Servers.KAFKA),
        silent);
  }

  @Override
  public void close() {
    redis.close();
    kafka.close();
    postgres.ifPresent(ServerWatch::close);
    admin.close(CLOSE_TIMEOUT);
    probe.ifPresent(DatabaseProbe::close);
  }
}
