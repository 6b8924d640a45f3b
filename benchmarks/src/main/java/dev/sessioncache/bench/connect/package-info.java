/**
 * Kafka Connect as a user would run it, with the plainest sink into Redis that is possible. Read
 * {@link dev.sessioncache.bench.connect.ConnectWorker} first.
 */
@NullMarked
package dev.sessioncache.bench.connect;

import org.jspecify.annotations.NullMarked;
