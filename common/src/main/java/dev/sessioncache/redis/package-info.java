/**
 * How we talk to Redis: {@link dev.sessioncache.redis.RedisConnections} sets the client up for
 * every program.
 */
@NullMarked
package dev.sessioncache.redis;

import org.jspecify.annotations.NullMarked;
