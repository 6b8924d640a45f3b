package dev.sessioncache.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.lettuce.core.RedisException;
import java.time.Instant;
import java.util.List;

/** Reads the answer to <a href="https://redis.io/commands/time">TIME</a>: seconds, microseconds. */
public final class RedisTime {

  private RedisTime() {}

  /**
   * The moment by the clock of the server; by the latest one of a cluster's masters.
   *
   * @throws RedisException when Redis refuses or does not answer
   */
  public static Instant of(RedisConnection connection) {
    return connection.askAll(redis -> redis.time()).stream()
        .map(RedisTime::of)
        .max(Instant::compareTo)
        .orElseThrow();
  }

  /** The moment by the clock of the server. */
  public static Instant of(List<byte[]> answer) {
    return Instant.ofEpochSecond(number(answer.get(0)), 1000 * number(answer.get(1)));
  }

  private static long number(byte[] text) {
    return Long.parseLong(new String(text, US_ASCII));
  }
}
