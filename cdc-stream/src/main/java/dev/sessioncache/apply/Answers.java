package dev.sessioncache.apply;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/** Waits for the answers to one attempt: all of them within one bound, shorter once we close. */
final class Answers {

  private static final long SLICE_MILLIS = 100;

  private final BooleanSupplier closing;
  private final long endNanos;
  private final long closingNanos;

  Answers(Duration bound, Duration boundWhenClosing, BooleanSupplier closing) {
    this.closing = closing;
    this.endNanos = System.nanoTime() + bound.toNanos();
    this.closingNanos = boundWhenClosing.toNanos();
  }

  <T> T await(CompletionStage<T> answer)
      throws InterruptedException, ExecutionException, TimeoutException {
    long end = endNanos;
    boolean shortened = false;
    while (true) {
      if (!shortened && closing.getAsBoolean()) {
        shortened = true;
        end = Math.min(end, System.nanoTime() + closingNanos);
      }
      try {
        return answer.toCompletableFuture().get(SLICE_MILLIS, TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        if (System.nanoTime() - end >= 0) {
          throw e;
        }
      }
    }
  }
}
