package dev.sessioncache.demo.traffic;

/**
 * How long changes took from their commit until a reader of Redis saw them, in milliseconds.
 *
 * @param count changes that were watched
 * @param p50 the median; 0 when none was watched
 * @param p99 one in a hundred took longer
 * @param max the longest
 * @param unseen changes that did not show in time; they are in the figures with that time
 */
public record Latency(long count, double p50, double p99, double max, long unseen) {}
