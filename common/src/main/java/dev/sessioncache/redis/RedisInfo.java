package dev.sessioncache.redis;

import java.util.Optional;
import java.util.stream.LongStream;

/** Reads the answer to <a href="https://redis.io/commands/info">INFO</a>, a field a line. */
public final class RedisInfo {

  private RedisInfo() {}

  /** The field's value; empty when the server does not tell it. */
  public static Optional<String> field(String info, String name) {
    String begin = name + ":";
    return info.lines()
        .filter(line -> line.startsWith(begin))
        .map(line -> line.substring(begin.length()).strip())
        .findFirst();
  }

  /** The field's number; 0 when the server does not tell it. */
  public static long number(String info, String name) {
    return field(info, name).map(Long::parseLong).orElse(0L);
  }

  /** What all servers together use, bytes. */
  public static long usedMemory(RedisConnection connection) {
    return memory(connection, "used_memory").sum();
  }

  /** What all servers together may use, bytes; 0 when one of them has no limit. */
  public static long maxMemory(RedisConnection connection) {
    long[] limits = memory(connection, "maxmemory").toArray();
    return LongStream.of(limits).anyMatch(limit -> limit == 0) ? 0 : LongStream.of(limits).sum();
  }

  private static LongStream memory(RedisConnection connection, String field) {
    return connection.askAll(redis -> redis.info("memory")).stream()
        .mapToLong(info -> number(info, field));
  }
}
