package dev.sessioncache.redis;

import java.util.Optional;

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
}
