package dev.sessioncache.replay;

/**
 * How a replay is made.
 *
 * @param threads that work at most
 * @param keepOrphans leaves values that the log does not know
 * @param fromChanges rebuilds entries first
 * @param secondRedis whether it is not that of {@code redis.url} that is filled
 */
record ReplayOptions(int threads, boolean keepOrphans, boolean fromChanges, boolean secondRedis) {}
