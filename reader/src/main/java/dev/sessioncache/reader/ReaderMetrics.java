package dev.sessioncache.reader;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.stream.LongStream;

/**
 * What a reader tells of itself; the names: docs/reading.md. Thread-safe; closing takes away what
 * only an open reader can tell.
 */
final class ReaderMetrics implements AutoCloseable {

  /** Of the time of a load, µs. Percentiles of this process would cost each read a µs or two. */
  private static final Duration[] BUCKETS =
      LongStream.of(
              50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 200_000,
              500_000, 1_000_000, 2_000_000)
          .mapToObj(micros -> Duration.of(micros, ChronoUnit.MICROS))
          .toArray(Duration[]::new);

  private final MeterRegistry registry;
  private final List<Meter> gauges = new ArrayList<>();
  private final Map<Tier, Counter> hits = new EnumMap<>(Tier.class);
  private final Counter invalid;
  private final Counter unavailable;
  private final Counter bypassed;
  private final Counter shared;
  private final Counter redisFailures;
  private final Counter letGo;
  private final Timer loads;

  ReaderMetrics(MeterRegistry registry, SharedCache redis, LocalCache local, Database database) {
    this.registry = registry;
    for (Tier tier : Tier.values()) {
      hits.put(
          tier,
          Counter.builder("session.cache.hits")
              .description("Valid sessions, by what has answered")
              .tag("tier", tier.label())
              .register(registry));
    }
    this.invalid = counter(registry, "session.cache.invalid", "Tokens of no valid session");
    this.unavailable =
        counter(registry, "session.cache.unavailable", "Validations that nobody could answer");
    this.bypassed =
        counter(
            registry,
            "session.cache.bypassed",
            "Cached sessions that Postgres was asked for: their lane was behind");
    this.shared =
        counter(
            registry,
            "session.cache.shared.loads",
            "Validations that waited for the answer to another one: stampedes avoided");
    this.redisFailures =
        counter(
            registry,
            "session.cache.redis.failures",
            "Reads of Redis that failed, or were not made because reads fail");
    this.loads =
        Timer.builder("session.cache.load")
            .description("Time of validations that memory could not answer")
            .serviceLevelObjectives(BUCKETS)
            .register(registry);
    this.letGo =
        counter(
            registry,
            "session.cache.fills.let.go",
            "Writes to Redis that were let go: it was not known, or too slow");
    gauge(
        "session.cache.breaker",
        "Circuit breaker of Redis: 0 closed, 1 open, 2 half open",
        redis,
        it -> it.state().getOrder());
    gauge("session.cache.l1.size", "Tokens in L1", local, LocalCache::size);
    gauge(
        "session.cache.postgres.connections",
        "Open connections to Postgres",
        database,
        Database::connections);
    gauge(
        "session.cache.postgres.waiting",
        "Validations that wait for a connection to Postgres",
        database,
        Database::waiting);
  }

  /** Of two caches with one registry the first tells. */
  private <T> void gauge(String name, String description, T of, ToDoubleFunction<T> value) {
    if (registry.find(name).gauge() == null) {
      gauges.add(Gauge.builder(name, of, value).description(description).register(registry));
    }
  }

  private static Counter counter(MeterRegistry registry, String name, String description) {
    return Counter.builder(name).description(description).register(registry);
  }

  void answered(Answer answer) {
    if (answer.session().isPresent()) {
      count(answer.tier()).increment();
    } else {
      invalid.increment();
    }
  }

  void unavailable() {
    unavailable.increment();
  }

  void bypassed() {
    bypassed.increment();
  }

  void sharedLoad() {
    shared.increment();
  }

  void redisFailed() {
    redisFailures.increment();
  }

  void letGo(int writes) {
    letGo.increment(writes);
  }

  /** A validation that began then has its answer, or none. */
  void loaded(long fromNanos) {
    loads.record(System.nanoTime() - fromNanos, TimeUnit.NANOSECONDS);
  }

  /** Valid sessions that a tier has answered. */
  long hits(Tier tier) {
    return (long) count(tier).count();
  }

  private Counter count(Tier tier) {
    Counter counter = hits.get(tier);
    if (counter == null) {
      throw new IllegalStateException(tier.label());
    }
    return counter;
  }

  @Override
  public void close() {
    gauges.forEach(registry::remove);
  }
}
