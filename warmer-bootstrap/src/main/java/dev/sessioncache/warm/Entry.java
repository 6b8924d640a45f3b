package dev.sessioncache.warm;

import java.time.Instant;

/**
 * A cached session to be.
 *
 * @param key in Redis
 * @param document the value
 * @param liveUntil when the session ends by itself
 * @param rate requests per second expected of it
 */
record Entry(String key, byte[] document, Instant liveUntil, double rate) {}
