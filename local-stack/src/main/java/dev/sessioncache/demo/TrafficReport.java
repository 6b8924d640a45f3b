package dev.sessioncache.demo;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the simulated users did.
 *
 * @param changes committed
 * @param byKind the same by kind
 * @param seconds that they took
 * @param perSecond changes by seconds
 * @param reached whether all of them were in Redis in time
 * @param reachedAfterSeconds how long after the last; null when not reached
 */
record TrafficReport(
    long changes,
    Map<String, Long> byKind,
    double seconds,
    double perSecond,
    boolean reached,
    @Nullable Double reachedAfterSeconds) {}
