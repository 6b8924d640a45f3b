package dev.sessioncache.replay;

import dev.sessioncache.command.OperationException;
import dev.sessioncache.guard.GenerationLostException;
import dev.sessioncache.guard.WriteCounts;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * The batches of one lane on their way to Redis: several at a time, so that the lane is read while
 * Redis writes; settled in order, so that it is known how far the lane is in Redis; repeated when
 * they fail, which the guard makes safe. Used by the lane's thread.
 */
final class InFlight {

  static final int MOST = 8;

  /** With the delays below enough to sit out a restart or failover of Redis of some 15 s. */
  static final int MAX_ATTEMPTS = 10;

  private static final Duration FIRST_DELAY = Duration.ofMillis(100);
  private static final Duration LONGEST_DELAY = Duration.ofSeconds(3);

  private record Sent(Batch batch, CompletionStage<WriteCounts> answer) {}

  /** Told of each batch that Redis has taken, in order. */
  interface Settled {
    void settled(Batch batch, WriteCounts counts);
  }

  private final Function<Batch, CompletionStage<WriteCounts>> redis;
  private final Settled settled;
  private final Tally tally;
  private final BooleanSupplier stopping;
  private final Deque<Sent> sent = new ArrayDeque<>();

  /**
   * @param stopping then nothing is tried again
   */
  InFlight(
      Function<Batch, CompletionStage<WriteCounts>> redis,
      Settled settled,
      Tally tally,
      BooleanSupplier stopping) {
    this.redis = redis;
    this.settled = settled;
    this.tally = tally;
    this.stopping = stopping;
  }

  /**
   * Sends a batch, once there is room.
   *
   * @throws OperationException when an earlier one failed for good
   */
  void add(Batch batch) throws InterruptedException {
    while (sent.size() >= MOST) {
      settle(sent.remove());
    }
    sent.add(new Sent(batch, redis.apply(batch)));
  }

  /** Waits for all answers. */
  void settleAll() throws InterruptedException {
    while (!sent.isEmpty()) {
      settle(sent.remove());
    }
  }

  private void settle(Sent first) throws InterruptedException {
    CompletionStage<WriteCounts> attempt = first.answer();
    for (int failures = 1; ; failures++) {
      try {
        WriteCounts counts = attempt.toCompletableFuture().get();
        checkTaken(counts);
        settled.settled(first.batch(), counts);
        return;
      } catch (ExecutionException e) {
        if (e.getCause() instanceof GenerationLostException
            || failures >= MAX_ATTEMPTS
            || stopping.getAsBoolean()) {
          throw RedisFailure.explain(e);
        }
        tally.retried();
        Thread.sleep(delay(failures).toMillis());
        attempt = redis.apply(first.batch());
      }
    }
  }

  private static void checkTaken(WriteCounts counts) {
    if (counts.late() > 0) {
      throw new OperationException(
          "the replay has taken almost as long as guard.ttl and must not write any more: run it"
              + " again, it goes on where it stopped");
    }
    if (counts.noMemory() > 0) {
      throw new OperationException(
          "Redis is full: raise its maxmemory and run the replay again, it goes on where it"
              + " stopped");
    }
  }

  /** Half of it is jitter. */
  private static Duration delay(int failures) {
    long doubled = FIRST_DELAY.toMillis() << Math.min(failures - 1, 10);
    long whole = Math.min(doubled, LONGEST_DELAY.toMillis());
    return Duration.ofMillis((long) (whole * (1 + ThreadLocalRandom.current().nextDouble()) / 2));
  }
}
