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

  /** Waits until one of them has come so far. */
  public void awaitAny(long count) throws InterruptedException {
    await(count, 1);
  }

  /** Waits until all of them have. */
  public void awaitAll(long count) throws InterruptedException {
    await(count, tokens.size());
  }

  private void await(long count, int enough) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (follower.arrived(bench, tokens, count) < enough) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("Redis has not come to " + count + " in " + PATIENCE);
      }
      Thread.sleep(LOOK_EVERY_MILLIS);
    }
  }
}
