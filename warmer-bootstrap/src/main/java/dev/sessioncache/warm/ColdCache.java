package dev.sessioncache.warm;

import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.redis.RedisConnection;
import dev.sessioncache.redis.RedisTime;
import io.lettuce.core.RedisException;
import java.time.Duration;
import java.time.Instant;

/** Whether a Redis holds nothing of the cache any more, or never did. */
public final class ColdCache {

  private ColdCache() {}

  /**
   * Whether for as long as a lease lasts no stream has kept this Redis current and no warm has come
   * to its end: what others have written, there is little of.
   *
   * @throws RedisException when Redis refuses or does not answer
   */
  public static boolean isCold(RedisConnection connection, GuardSettings settings) {
    Instant now = RedisTime.of(connection);
    Duration lease = settings.leaseTtl();
    boolean isStreamed =
        StreamState.watermarks(connection.sync(), settings).stream()
            .flatMapToLong(mark -> mark.stream())
            .mapToObj(Instant::ofEpochMilli)
            .anyMatch(mark -> mark.plus(lease).isAfter(now));
    return !isStreamed
        && RedisJournal.last(connection, settings)
            .filter(warm -> warm.state() == WarmRecord.State.DONE)
            .filter(warm -> warm.at().plus(lease).isAfter(now))
            .isEmpty();
  }
}
