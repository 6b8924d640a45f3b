package dev.sessioncache.bench.measure;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * All counted runs of a contender at a given rate.
 *
 * @param cost what the runs have taken
 * @param latencies of the same runs
 */
public record LatencySeries(Series cost, List<Latency> latencies) {

  public LatencySeries {
    latencies = List.copyOf(latencies);
  }

  public Figure p50() {
    return figure(Latency::p50);
  }

  public Figure p99() {
    return figure(Latency::p99);
  }

  public Figure max() {
    return figure(Latency::max);
  }

  private Figure figure(ToDoubleFunction<Latency> of) {
    return Figure.of(latencies.stream().mapToDouble(of).toArray());
  }
}
