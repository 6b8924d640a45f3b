package dev.sessioncache.bench.stream;

import dev.sessioncache.bench.Workbench;
import java.time.Duration;
import java.util.List;

/** How far Redis is, by the marked sessions. */
public final class Marked {

  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final long LOOK_EVERY_MILLIS = 5;

  private final Workbench bench;
  private final List<String> tokens;
  private final Follower follower;

  public Marked(Workbench bench, List<String> tokens, Follower follower) {
    this.bench = bench;
    this.tokens = List.copyOf(tokens);
    this.follower = follower;
  }

  /** Waits until all of them have come so far. */
  public void awaitAll(long count) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!follower.isAt(bench, tokens, count)) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("Redis has not come to " + count + " in " + PATIENCE);
      }
      Thread.sleep(LOOK_EVERY_MILLIS);
    }
  }
}
