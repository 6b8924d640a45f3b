package dev.sessioncache.bench.read;

import dev.sessioncache.bench.Workbench;
import dev.sessioncache.config.Configuration;
import dev.sessioncache.config.DatabaseUrl;
import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.mapping.MappingSettings;
import dev.sessioncache.reader.ReaderSettings;
import dev.sessioncache.reader.SessionCache;
import dev.sessioncache.reader.Tier;
import dev.sessioncache.redis.RedisSettings;
import io.lettuce.core.RedisException;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * What an application has of us: our reader, without memory of its own, so that each read goes to
 * Redis. Nothing changes while it reads; that Redis is current it is told by pulses of one lane, as
 * the stream gives them, and which cost nothing beside a read.
 */
public final class Application implements AutoCloseable {

  private static final Duration BOUND = Duration.ofSeconds(30);
  private static final long PULSE_MILLIS = 200;
  private static final GuardSettings GUARD = GuardSettings.defaults();
  private static final Map<String, String> WITHOUT_MEMORY =
      Map.of("reader.l1.megabytes", "0", "reader.l1.warm-up", "0");

  private final Workbench bench;
  private final MeterRegistry meters = new SimpleMeterRegistry();
  private final ScheduledExecutorService pulses = Executors.newSingleThreadScheduledExecutor();
  private final SessionCache sessions;

  private Application(Workbench bench) {
    this.bench = bench;
    pulse();
    var unused =
        pulses.scheduleAtFixedRate(this::pulse, PULSE_MILLIS, PULSE_MILLIS, TimeUnit.MILLISECONDS);
    this.sessions =
        SessionCache.open(
            new SessionCache.Servers(
                DatabaseUrl.parse(bench.stack().databaseUrl()),
                RedisSettings.of(bench.stack().redisUrl())),
            MappingSettings.defaults(),
            GUARD,
            Configuration.section(ReaderSettings.class, WITHOUT_MEMORY),
            meters);
  }

  /** Connects to the servers of a bench. */
  public static Application open(Workbench bench) {
    return new Application(bench);
  }

  private void pulse() {
    String mark =
        "{\"at\":\"\",\"at_ms\":%d,\"lanes\":1,\"bound_ms\":%d}"
            .formatted(System.currentTimeMillis(), BOUND.toMillis());
    try {
      bench.redis().sync().set(GUARD.watermarkKey(0), mark);
    } catch (RedisException e) {
      // The next one may reach it; a read that is not proven meanwhile shows in what is counted.
    }
  }

  public SessionCache sessions() {
    return sessions;
  }

  /** How many validations something has answered. */
  public long answered(Tier tier) {
    return (long) meters.get("session.cache.hits").tag("tier", tier.label()).counter().count();
  }

  /** How many validations nothing has answered. */
  public long unanswered() {
    return (long) meters.get("session.cache.unavailable").counter().count();
  }

  @Override
  public void close() {
    sessions.close();
    pulses.shutdownNow();
  }
}
