package dev.sessioncache.app;

import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.redis.RedisConnection;
import dev.sessioncache.thread.DaemonThreads;
import dev.sessioncache.warm.LastWarm;
import io.lettuce.core.RedisException;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks every few seconds at what the last warm says of itself in Redis, for metrics: a job is gone
 * before anybody could scrape it. Owns its thread.
 */
final class WarmWatch implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(WarmWatch.class);
  private static final Duration EVERY = Duration.ofSeconds(2);
  private static final String PREFIX = "warmer.warm.";

  private final RedisConnection connection;
  private final GuardSettings settings;
  private final Clock clock;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(new DaemonThreads("warm-watch"));
  private volatile Optional<LastWarm> last = Optional.empty();

  /**
   * Looks at nothing yet.
   *
   * @param connection not owned
   */
  WarmWatch(RedisConnection connection, GuardSettings settings, MeterRegistry meters, Clock clock) {
    this.connection = connection;
    this.settings = settings;
    this.clock = clock;
    for (String state : LastWarm.STATES) {
      Gauge.builder(PREFIX + "state", this, my -> my.is(state) ? 1 : 0)
          .description("1 for the state of the last warm; all are 0 when there is none to tell of")
          .tag("state", state)
          .register(meters);
    }
    gauge(
        meters,
        "coverage",
        "Share of the expected requests that the last warm has reached",
        LastWarm::coverage);
    gauge(meters, "target", "Share that it was to reach", LastWarm::target);
    Gauge.builder(
            PREFIX + "age",
            this,
            my -> my.of(warm -> Duration.between(warm.at(), my.clock.instant()).toMillis() / 1e3))
        .description("Time since the last warm was heard of; NaN when there is none to tell of")
        .baseUnit("seconds")
        .register(meters);
  }

  private void gauge(
      MeterRegistry meters, String name, String description, ToDoubleFunction<LastWarm> value) {
    Gauge.builder(PREFIX + name, this, my -> my.of(value))
        .description(description + "; NaN when it is unknown")
        .register(meters);
  }

  private boolean is(String state) {
    return last.filter(warm -> warm.state().equals(state)).isPresent();
  }

  private double of(ToDoubleFunction<LastWarm> value) {
    return last.map(value::applyAsDouble).orElse(Double.NaN);
  }

  void start() {
    var unused =
        thread.scheduleWithFixedDelay(this::look, 0, EVERY.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void look() {
    try {
      last = LastWarm.of(connection, settings);
    } catch (RedisException e) { // apply is the one that tells of a Redis that fails
      log.debug("event=warm_not_known", e);
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
