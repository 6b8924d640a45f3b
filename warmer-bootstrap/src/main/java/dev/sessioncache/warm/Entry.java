package dev.sessioncache.warm;

import java.time.Instant;

/**
 * A cached session to be.
 *
 * @param key in Redis
 * @param document the value
 * @param liveUntil when the session ends by itself
 */
record Entry(String key, byte[] document, Instant liveUntil) {}
