package dev.sessioncache.demo;

import dev.sessioncache.demo.traffic.HitRate;
import dev.sessioncache.demo.traffic.Latency;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * One look at the running system.
 *
 * @param warm as reported by the warm
 * @param changesPerSecond since the last look
 * @param lagMillis how far Redis is behind Postgres, when that is known
 * @param latency since the start
 * @param recent reads since the last look
 * @param sinceWarm all reads
 */
record LiveFigures(
    WarmReport warm,
    double changesPerSecond,
    OptionalLong lagMillis,
    Latency latency,
    HitRate recent,
    HitRate sinceWarm) {

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "warmed %,d in %.2f s | %.0f changes/s | lag %s | latency so far %s"
            + " | hit rate %s, since warm %s",
        warm.sessions(),
        warm.seconds(),
        changesPerSecond,
        lagMillis.isEmpty() ? "-" : lagMillis.getAsLong() + " ms",
        latency.count() == 0
            ? "-"
            : String.format(Locale.ROOT, "p50 %.1f p99 %.1f ms", latency.p50(), latency.p99()),
        percent(recent.rate()),
        percent(sinceWarm.rate()));
  }

  private static String percent(OptionalDouble rate) {
    return rate.isEmpty() ? "-" : String.format(Locale.ROOT, "%.1f %%", 100 * rate.getAsDouble());
  }
}
