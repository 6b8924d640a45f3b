/** What a stream leaves of each session and of each change: in Redis, in Kafka, on disk. */
@NullMarked
package dev.sessioncache.bench.size;

import org.jspecify.annotations.NullMarked;
