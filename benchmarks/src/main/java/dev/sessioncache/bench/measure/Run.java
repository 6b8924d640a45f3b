package dev.sessioncache.bench.measure;

import java.util.Map;

/**
 * One counted run of a contender.
 *
 * @param cpuSeconds user and system time by program: {@code postgres}, {@code redis}, {@code
 *     kafka}, {@code programs} (the contender's own)
 */
public record Run(
    long amount, double seconds, Map<String, Double> cpuSeconds, double peakMegabytes) {

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
