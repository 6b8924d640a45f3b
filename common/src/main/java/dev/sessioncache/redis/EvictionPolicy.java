package dev.sessioncache.redis;

import dev.sessioncache.command.OperationException;
import io.lettuce.core.RedisCommandExecutionException;

/**
 * Refuses a Redis that evicts keys: a guard that is evicted no longer keeps a revoked session out.
 * All policies but {@code noeviction} do, those for keys with a TTL too, for guards have one. Read
 * from {@code INFO}, since {@code CONFIG} is often forbidden. A server that does not tell is no
 * Redis that we know, and has its own ways.
 */
public final class EvictionPolicy {

  private static final String FIELD = "maxmemory_policy";
  private static final String KEEPS_ALL = "noeviction";

  private EvictionPolicy() {}

  /**
   * Checks all servers of a connection.
   *
   * @throws OperationException when one of them evicts keys
   */
  public static void check(RedisConnection connection) {
    try {
      connection.askAll(redis -> redis.info("memory")).forEach(EvictionPolicy::check);
    } catch (RedisCommandExecutionException e) {
      return; // INFO is forbidden to us, so nobody can tell: docs/redis-keys.md asks for it
    }
  }

  private static void check(String memory) {
    String policy = RedisInfo.field(memory, FIELD).orElse(KEEPS_ALL);
    if (!policy.equals(KEEPS_ALL)) {
      throw new OperationException(
          "Redis has maxmemory-policy "
              + policy
              + ", which can evict the guards that keep revoked sessions out: set it to"
              + " noeviction");
    }
  }
}
