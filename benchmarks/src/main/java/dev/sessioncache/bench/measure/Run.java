package dev.sessioncache.bench.measure;

import java.util.List;
import java.util.Map;

/**
 * One counted run of a contender.
 *
 * @param cpuSeconds user and system time by program: {@code postgres}, {@code redis}, {@code
 *     kafka}, {@code programs} (the contender's own)
 * @param peakMegabytes 0 for one that has no program of its own
 * @param micros percentiles of the time that one unit took, by their names; empty when units are
 *     not done one by one
 * @param shares in each second, the share that the cache has answered; empty when it is not about
 *     that
 * @param bytes that one unit leaves, by where; empty when it is not about that
 */
public record Run(
    long amount,
    double seconds,
    Map<String, Double> cpuSeconds,
    double peakMegabytes,
    Map<String, Double> micros,
    List<Double> shares,
    Map<String, Double> bytes) {

  public Run {
    shares = List.copyOf(shares);
  }

  /** Of work that is measured as a whole. */
  public Run(long amount, double seconds, Map<String, Double> cpuSeconds, double peakMegabytes) {
    this(amount, seconds, cpuSeconds, peakMegabytes, Map.of(), List.of(), Map.of());
  }

  /** As {@link #peakMegabytes} is told. */
  public static double megabytes(long kilobytes) {
    return kilobytes / 1024.0;
  }

  /** One line that tells it. */
  public String line(String which, String contender) {
    return "%-8s %-32s %,10.0f/s %8.2f s %8.2f us of CPU each"
        .formatted(which, contender, perSecond(), seconds, cpuMicrosPerUnit());
  }

  /** Of all programs together, microseconds for each unit. */
  double cpuMicrosPerUnit() {
    return cpuSeconds.values().stream().mapToDouble(Double::doubleValue).sum() * 1e6 / amount;
  }

  double perSecond() {
    return amount / seconds;
  }
}
