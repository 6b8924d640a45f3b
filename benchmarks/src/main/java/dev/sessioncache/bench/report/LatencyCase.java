package dev.sessioncache.bench.report;

import dev.sessioncache.bench.measure.LatencySeries;
import java.util.List;

/**
 * Contenders at the same rate of work.
 *
 * @param title such as {@code 1,000 commits a second}
 * @param unit of what is done, plural
 * @param ours the contender that is ours
 * @param against the one that ours is asked not to exceed, neither in the median nor in p99
 * @param aimP50 milliseconds
 * @param aimP99 milliseconds
 */
public record LatencyCase(
    String title,
    String unit,
    String ours,
    String against,
    double aimP50,
    double aimP99,
    List<LatencySeries> series) {}
