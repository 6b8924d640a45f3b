package dev.sessioncache.bench.measure;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How late things of one run were seen, milliseconds. A percentile is the least value that so many
 * in a hundred do not exceed (nearest rank).
 */
public record Latency(int samples, double p50, double p99, double max) {

  private static final double NANOS_PER_MILLI = 1e6;

  /**
   * Of at least one value.
   *
   * @throws IllegalArgumentException when there is none
   */
  public static Latency ofNanos(long... values) {
    if (values.length == 0) {
      throw new IllegalArgumentException("no values");
    }
    long[] sorted = values.clone();
    Arrays.sort(sorted);
    return new Latency(
        sorted.length,
        percentile(sorted, 50),
        percentile(sorted, 99),
        sorted[sorted.length - 1] / NANOS_PER_MILLI);
  }

  private static double percentile(long[] sorted, int hundredths) {
    int rank = (int) ((sorted.length * (long) hundredths + 99) / 100);
    return sorted[rank - 1] / NANOS_PER_MILLI;
  }

  /** As a {@link Run} holds it. */
  public Map<String, Double> micros() {
    Map<String, Double> micros = new LinkedHashMap<>();
    micros.put("p50", p50 * 1_000);
    micros.put("p99", p99 * 1_000);
    micros.put("most", max * 1_000);
    return micros;
  }

  /** One line that tells it. */
  public String line(String which, String contender) {
    return "%-8s %-32s p50 %.2f ms, p99 %.2f ms, max %.1f ms of %,d"
        .formatted(which, contender, p50, p99, max, samples);
  }
}
