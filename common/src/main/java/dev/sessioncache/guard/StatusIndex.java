package dev.sessioncache.guard;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sessioncache.redis.RedisConnection;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Which processes have left a status in Redis of late: a sorted set of their names by the time of
 * the last one, so that nobody has to pass over all keys to find them. It is bounded; those that
 * are long gone fall out when others come.
 */
public final class StatusIndex {

  /** More processes than that are not told of. */
  private static final int MOST = 256;

  private final byte[] key;

  public StatusIndex(GuardSettings settings) {
    this.key = settings.statusIndexKey().getBytes(UTF_8);
  }

  /**
   * Notes that a process has just told how it is.
   *
   * @param of as in {@link GuardSettings#statusKey}
   * @param now when
   */
  public CompletionStage<Long> note(RedisConnection connection, String of, Instant now) {
    var unused = connection.async().zadd(key, (double) now.toEpochMilli(), of.getBytes(UTF_8));
    return connection.async().zremrangebyrank(key, 0, -(MOST + 1));
  }

  /**
   * Those that have told something last; their status may have lapsed.
   *
   * @throws io.lettuce.core.RedisException when Redis refuses or does not answer
   */
  public List<String> newest(RedisConnection connection) {
    return connection.sync().zrevrange(key, 0, MOST - 1).stream()
        .map(name -> new String(name, UTF_8))
        .sorted()
        .toList();
  }
}
