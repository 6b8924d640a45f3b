package dev.sessioncache.apply;

import dev.sessioncache.guard.WriteCounts;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** What apply has done, for status and metrics. Thread-safe. */
public final class ApplyProgress {

  private final Counter stored;
  private final Counter removed;
  private final Counter older;
  private final Counter noMemory;
  private final Counter unreadable;
  private final Counter deadLetters;
  private final Counter refilled;
  private final Counter renewed;
  private final Counter putBack;
  private final Counter retries;
  private final Timer latency;
  private final MeterRegistry meters;
  private final Map<Integer, Long> assignedMillis = new ConcurrentHashMap<>();
  private final Map<Integer, Gauge> lags = new ConcurrentHashMap<>();
  private final Map<Integer, Long> watermarksMillis = new ConcurrentHashMap<>();
  private final Map<Integer, Long> kept = new ConcurrentHashMap<>();
  private final AtomicInteger lanesRefilling = new AtomicInteger();
  private volatile boolean joined;

  public ApplyProgress(MeterRegistry meters) {
    this.meters = meters;
    this.stored = entries(meters, "stored");
    this.removed = entries(meters, "removed");
    this.older = entries(meters, "older");
    this.noMemory = entries(meters, "no_memory");
    this.unreadable = entries(meters, "unreadable");
    this.deadLetters =
        Counter.builder("warmer.dead.letters")
            .description("Records that could not be used, by the stage that gave up on them")
            .tag("stage", "apply")
            .register(meters);
    this.refilled =
        Counter.builder("warmer.apply.refilled")
            .description("Sessions put back from the log after Redis lost them or apply was behind")
            .register(meters);
    Gauge.builder("warmer.apply.refill", lanesRefilling, AtomicInteger::get)
        .description("Lanes that are being refilled from the log")
        .register(meters);
    this.renewed =
        Counter.builder("warmer.lease.renewed").description("Leases renewed").register(meters);
    this.putBack =
        Counter.builder("warmer.lease.put.back")
            .description("Sessions put back that were to be kept and had gone from Redis")
            .register(meters);
    Gauge.builder("warmer.lease.kept", this, progress -> (double) progress.kept())
        .description("Sessions whose lease was renewed in the last pass over each lane")
        .register(meters);
    this.retries =
        Counter.builder("warmer.apply.retries")
            .description("Batches written again after Redis failed")
            .register(meters);
    this.latency =
        Timer.builder("warmer.apply.latency")
            .description("From a change's commit in Postgres to Redis having taken it")
            .publishPercentiles(0.5, 0.99)
            .distributionStatisticExpiry(Duration.ofMinutes(1))
            .register(meters);
  }

  private static Counter entries(MeterRegistry meters, String outcome) {
    return Counter.builder("warmer.apply.entries")
        .description("Entries written to Redis, by outcome")
        .tag("outcome", outcome)
        .register(meters);
  }

  void applied(LaneBatch batch, WriteCounts counts, Instant now) {
    stored.increment((double) counts.stored());
    removed.increment((double) counts.removed());
    older.increment((double) counts.older());
    noMemory.increment((double) counts.noMemory());
    unreadable.increment(batch.unusable().size());
    long nowMicros = ChronoUnit.MICROS.between(Instant.EPOCH, now);
    batch
        .committedAtMicros()
        .forEach(at -> latency.record(Math.max(0, nowMicros - at), TimeUnit.MICROSECONDS));
    watermarksMillis.putAll(batch.writes().watermarksMillis());
  }

  void deadLetter() {
    deadLetters.increment();
  }

  void refilled(long sessions) {
    refilled.increment((double) sessions);
  }

  void refilling(int lanes) {
    lanesRefilling.set(lanes);
  }

  void renewed(long sessions) {
    renewed.increment((double) sessions);
  }

  void putBack(long sessions) {
    putBack.increment((double) sessions);
  }

  /** A pass over a lane has ended. */
  void kept(int lane, long sessions) {
    kept.put(lane, sessions);
  }

  void retried() {
    retries.increment();
  }

  /** The group has given us our lanes, which may be none. */
  void joined() {
    joined = true;
  }

  void assigned(int lane) {
    assignedMillis.put(lane, System.currentTimeMillis());
    lags.put(
        lane,
        Gauge.builder("warmer.lane.lag", this, progress -> progress.lag(lane).toMillis() / 1e3)
            .description("How far Redis is behind Postgres in a lane")
            .tag("lane", Integer.toString(lane))
            .baseUnit("seconds")
            .register(meters));
  }

  void revoked(int lane) {
    assignedMillis.remove(lane);
    watermarksMillis.remove(lane);
    kept.remove(lane);
    Optional.ofNullable(lags.remove(lane)).ifPresent(meters::remove);
  }

  /** Since its newest pulse was sent; of a lane that has heard of none, since it came to us. */
  private Duration lag(int lane) {
    long now = System.currentTimeMillis();
    long from = watermarksMillis.getOrDefault(lane, assignedMillis.getOrDefault(lane, now));
    return Duration.ofMillis(Math.max(0, now - from));
  }

  /** How far Redis is behind Postgres in each of our lanes. */
  public SortedMap<Integer, Duration> lags() {
    SortedMap<Integer, Duration> found = new TreeMap<>();
    assignedMillis.keySet().forEach(lane -> found.put(lane, lag(lane)));
    return found;
  }

  /**
   * Why apply does not do its work; empty while it does.
   *
   * @param bound how far a lane may be behind
   */
  public Optional<String> whyNotReady(Duration bound) {
    if (!joined) {
      return Optional.of("it has not been given its lanes yet");
    }
    List<Integer> behind =
        lags().entrySet().stream()
            .filter(
                lane ->
                    !watermarksMillis.containsKey(lane.getKey())
                        || lane.getValue().compareTo(bound) > 0)
            .map(Map.Entry::getKey)
            .toList();
    return behind.isEmpty() ? Optional.empty() : Optional.of("lanes " + behind + " are behind");
  }

  /** When the newest pulse of each of our lanes was sent, ms since 1970. */
  public Map<Integer, Long> watermarksMillis() {
    return Map.copyOf(watermarksMillis);
  }

  public long accepted() {
    return (long) (stored.count() + removed.count());
  }

  public long rejected() {
    return (long) older.count();
  }

  public long deadLetters() {
    return (long) deadLetters.count();
  }

  /** Lanes that are being refilled. */
  public int lanesRefilling() {
    return lanesRefilling.get();
  }

  /** Sessions put back by refills. */
  public long refilledSessions() {
    return (long) refilled.count();
  }

  /** Sessions whose lease was renewed in the last pass over each of our lanes. */
  public long kept() {
    return kept.values().stream().mapToLong(Long::longValue).sum();
  }

  /** Leases renewed. */
  public long renewedLeases() {
    return (long) renewed.count();
  }

  /** Sessions put back that a renewal found gone. */
  public long putBack() {
    return (long) putBack.count();
  }

  /** Attempts that Redis or Kafka did not take. */
  public long retries() {
    return (long) retries.count();
  }

  public Timer latency() {
    return latency;
  }
}
