package dev.sessioncache.bench.stream;

import dev.sessioncache.bench.Workbench;
import io.lettuce.core.KeyValue;
import java.time.Duration;
import java.util.List;

/** How far Redis is, by the marked sessions. */
final class Marked {

  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final long LOOK_EVERY_MILLIS = 5;

  private final Workbench bench;
  private final String[] keys;

  Marked(Workbench bench, List<String> tokens, Follower follower) {
    this.bench = bench;
    this.keys = tokens.stream().map(follower::key).toArray(String[]::new);
  }

  /** Waits until one of them has come so far. */
  void awaitAny(long count) throws InterruptedException {
    await(count, 1);
  }

  /** Waits until all of them have. */
  void awaitAll(long count) throws InterruptedException {
    await(count, keys.length);
  }

  private void await(long count, int enough) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (bench.redis().sync().mget(keys).stream().filter(value -> isAt(value, count)).count()
        < enough) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("Redis has not come to " + count + " in " + PATIENCE);
      }
      Thread.sleep(LOOK_EVERY_MILLIS);
    }
  }

  private static boolean isAt(KeyValue<String, String> value, long count) {
    if (!value.hasValue()) {
      return false;
    }
    String text = value.getValue();
    String field = "\"request_count\":";
    int at = text.indexOf(field);
    if (at < 0) {
      return false;
    }
    int end = at + field.length();
    while (end < text.length() && Character.isDigit(text.charAt(end))) {
      end++;
    }
    return end > at + field.length()
        && Long.parseLong(text.substring(at + field.length(), end)) >= count;
  }
}
