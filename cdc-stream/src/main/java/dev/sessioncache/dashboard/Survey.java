package dev.sessioncache.dashboard;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Puts together how the whole is: of what all processes leave in Redis while that answers, else of
 * what this process knows. Used by one thread.
 */
final class Survey {

  private final DashboardSettings settings;
  private final Supplier<Servers> servers;
  private final Supplier<? extends JsonNode> own;
  private final Clock clock;
  private final LaneSurvey lanes;
  private final PastOutages outages = new PastOutages();
  private boolean hasSeenRedis;
  private final Rates changes = new Rates();
  private final Rates entries = new Rates();

  /**
   * @param own the record of this process
   */
  Survey(
      DashboardSettings settings,
      Supplier<Servers> servers,
      Supplier<? extends JsonNode> own,
      Clock clock) {
    this.settings = settings;
    this.servers = servers;
    this.own = own;
    this.clock = clock;
    this.lanes = new LaneSurvey(settings.lanes(), settings.boundMillis());
  }

  Snapshot snapshot() {
    Servers told = servers.get();
    boolean redisAnswers = told.answers(Servers.REDIS) && !told.redis().instances().isEmpty();
    List<InstanceRecord> instances =
        redisAnswers ? told.redis().instances() : List.of(new InstanceRecord(own.get()));
    long now = clock.millis();
    List<Lane> found = lanes.lanes(told.redis(), instances, redisAnswers, now);
    Snapshot.Capture capture = capture(instances);
    Snapshot.Lease lease = lease(instances);
    List<Snapshot.Process> processes = instances.stream().map(Survey::process).toList();
    Map<String, JsonNode> jobs = redisAnswers ? told.redis().jobs() : Map.of();
    outages.look(told.silentSince(), now);
    long lag = mostLag(found.stream()).orElse(0);
    if (redisAnswers && !hasSeenRedis) {
      hasSeenRedis = true;
      boolean othersWereAtWork = instances.size() > 1;
      if (!othersWereAtWork && lag > usualLagMillis()) {
        outages.streamBegins(now - lag, now);
      }
    }
    if (found.stream().noneMatch(Lane::behind)
        && lag <= usualLagMillis()
        && lease.lanesRefilling() == 0) {
      outages.areOver(now);
    }
    Verdict verdict =
        new Judge(settings.boundMillis(), settings.leaseMillis(), outages, now)
            .judge(
                told.silentSince(),
                found,
                capture,
                lease,
                processes,
                jobs.getOrDefault("verify", MissingNode.getInstance()));
    return new Snapshot(
        now,
        settings.boundMillis(),
        settings.leaseMillis(),
        settings.self(),
        redisAnswers ? "redis" : "process",
        verdict,
        silences(told),
        found,
        capture,
        flow(instances),
        lease,
        readers(redisAnswers ? told.redis().readers() : List.of()),
        processes,
        jobs,
        redisAnswers ? told.redis().generation() : "");
  }

  /** Pulses come well within the bound. */
  private long usualLagMillis() {
    return settings.boundMillis() / 3;
  }

  /** Of the lane that is farthest behind; empty when none is, or nothing tells. */
  static OptionalLong lagOfThoseBehind(List<Lane> lanes) {
    return mostLag(lanes.stream().filter(Lane::behind));
  }

  private static OptionalLong mostLag(Stream<Lane> lanes) {
    return lanes.map(Lane::lagMs).filter(Objects::nonNull).mapToLong(Long::longValue).max();
  }

  private Map<String, Long> silences(Servers told) {
    Map<String, Long> silences = new TreeMap<>();
    told.watched().forEach(server -> silences.put(server, 0L));
    told.silentSince().forEach((server, since) -> silences.put(server, since.toEpochMilli()));
    return silences;
  }

  /** Of two that think they capture, that of the higher term counts. */
  private static Snapshot.Capture capture(List<InstanceRecord> instances) {
    return instances.stream()
        .filter(InstanceRecord::captures)
        .max(Comparator.comparingLong(one -> one.captureNumber("term")))
        .map(
            one ->
                new Snapshot.Capture(
                    one.name(),
                    one.captureText("mode"),
                    one.captureText("reason"),
                    one.captureNumber("baseline"),
                    one.hasCompleteBaseline(),
                    one.captureNumber("term"),
                    one.captureNumber("changes"),
                    one.retainedBytes().isPresent() ? one.retainedBytes().getAsLong() : null))
        .orElse(Snapshot.Capture.NONE);
  }

  private Snapshot.Flow flow(List<InstanceRecord> instances) {
    List<String> names = instances.stream().map(InstanceRecord::name).toList();
    changes.keep(names);
    entries.keep(names);
    for (InstanceRecord one : instances) {
      changes.told(one.name(), one.atMillis(), one.captureNumber("changes"));
      entries.told(one.name(), one.atMillis(), one.applied("/entries"));
    }
    return new Snapshot.Flow(
        changes.perSecond(),
        entries.perSecond(),
        slowest(instances, one -> one.latency("p50")),
        slowest(instances, one -> one.latency("p99")),
        sum(instances, InstanceRecord::deadLetters));
  }

  private static @Nullable Double slowest(
      List<InstanceRecord> instances, ToDoubleFunction<InstanceRecord> millis) {
    return instances.stream()
        .mapToDouble(millis)
        .filter(one -> !Double.isNaN(one))
        .boxed()
        .max(Double::compare)
        .orElse(null);
  }

  private static Snapshot.Lease lease(List<InstanceRecord> instances) {
    return new Snapshot.Lease(
        sum(instances, one -> one.applied("/lease/kept")),
        sum(instances, one -> one.applied("/lease/renewed")),
        sum(instances, one -> one.applied("/lease/put_back")),
        sum(instances, one -> one.applied("/refill/lanes")),
        sum(instances, one -> one.applied("/refill/sessions")));
  }

  private static long sum(List<InstanceRecord> instances, ToLongFunction<InstanceRecord> of) {
    return instances.stream().mapToLong(of).sum();
  }

  private static Snapshot.Readers readers(List<JsonNode> readers) {
    return new Snapshot.Readers(
        readers.size(),
        readers.stream().mapToLong(one -> one.path("l1").asLong()).sum(),
        readers.stream().mapToLong(one -> one.path("l2").asLong()).sum(),
        readers.stream().mapToLong(one -> one.path("postgres").asLong()).sum());
  }

  private static Snapshot.Process process(InstanceRecord one) {
    return new Snapshot.Process(
        one.name(),
        one.http(),
        one.atMillis(),
        one.captureText("mode"),
        List.copyOf(one.lags().keySet()),
        one.reasons());
  }
}
