package dev.sessioncache.reader;

import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A limited time that the thread which asks spends waiting: {@link CompletableFuture#orTimeout}
 * without its timer, for which each read would wake a thread that all share. Used by one thread.
 */
final class Waiting {

  private final long endNanos;

  private Waiting(long endNanos) {
    this.endNanos = endNanos;
  }

  /** Begins now. */
  static Waiting atMost(Duration time) {
    return new Waiting(System.nanoTime() + time.toNanos());
  }

  /**
   * Waits for a future. As with {@link CompletableFuture#join} an interrupt does not end that, and
   * is there afterwards.
   *
   * @return the same, done: it fails with {@link TimeoutException} when it was not in time
   */
  <T extends @Nullable Object> CompletableFuture<T> until(CompletableFuture<T> done) {
    boolean interrupted = false;
    while (!done.isDone()) {
      try {
        var unused = done.get(endNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        done.completeExceptionally(e);
      } catch (InterruptedException e) {
        interrupted = true;
      } catch (ExecutionException | CancellationException e) {
        break; // whoever goes on with it is told
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return done;
  }
}
