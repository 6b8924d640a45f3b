package dev.sessioncache.warm;

import dev.sessioncache.guard.GenerationLostException;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Repeats what Redis has failed to do, which the guard makes safe: a bounded number of times, at
 * growing, jittered distances, not beyond the deadline and not once stop is requested.
 */
final class Retry {

  /** With the delays below enough to sit out a restart or failover of Redis of some 15 s. */
  static final int MAX_ATTEMPTS = 10;

  static final Duration FIRST_DELAY = Duration.ofMillis(100);
  static final Duration LONGEST_DELAY = Duration.ofSeconds(3);

  private final End end;
  private final RandomGenerator random;
  private final Tally tally;

  Retry(End end, RandomGenerator random, Tally tally) {
    this.end = end;
    this.random = random;
    this.tally = tally;
  }

  /** Asks Redis, and again until it answers. */
  <T> T answer(Supplier<CompletionStage<T>> request) throws InterruptedException {
    return answer(request.get(), request);
  }

  /**
   * Waits for an answer of Redis, and asks again until there is one.
   *
   * @throws dev.sessioncache.command.OperationException when Redis has failed for good
   */
  <T> T answer(CompletionStage<T> first, Supplier<CompletionStage<T>> again)
      throws InterruptedException {
    CompletionStage<T> attempt = first;
    for (int failures = 1; ; failures++) {
      try {
        return attempt.toCompletableFuture().get();
      } catch (ExecutionException e) {
        if (e.getCause() instanceof GenerationLostException || isUp(failures)) {
          throw WriteFailure.explain(e, tally);
        }
        tally.retried();
        end.sleep(delay(failures));
        attempt = again.get();
      }
    }
  }

  boolean isUp(int failures) {
    return failures >= MAX_ATTEMPTS || end.isNear();
  }

  /** Half of it is jitter. */
  Duration delay(int failures) {
    long doubled = FIRST_DELAY.toMillis() << Math.min(failures - 1, 10);
    long whole = Math.min(doubled, LONGEST_DELAY.toMillis());
    return Duration.ofMillis((long) (whole * (1 + random.nextDouble()) / 2));
  }
}
