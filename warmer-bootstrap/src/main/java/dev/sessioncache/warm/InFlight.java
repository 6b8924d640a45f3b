package dev.sessioncache.warm;

import dev.sessioncache.guard.GenerationLostException;
import dev.sessioncache.guard.WriteCounts;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;

/**
 * The batches on their way to Redis: sent ahead up to a limit, settled in order, repeated when they
 * fail. Owned and used by the thread of one warm.
 */
final class InFlight {

  /** Where batches go. */
  @FunctionalInterface
  interface Destination {
    CompletionStage<WriteCounts> send(List<Entry> batch);
  }

  private record Sent(List<Entry> batch, CompletableFuture<WriteCounts> answer) {}

  private final Destination destination;
  private final int limit;
  private final Retry retry;
  private final Tally tally;
  private final Deque<Sent> sent = new ArrayDeque<>();

  InFlight(Destination destination, int limit, Retry retry, Tally tally) {
    this.destination = destination;
    this.limit = limit;
    this.retry = retry;
    this.tally = tally;
  }

  /**
   * Sends a batch, once fewer than the limit are under way.
   *
   * @throws dev.sessioncache.command.OperationException when an earlier batch failed for good
   */
  void add(List<Entry> batch) throws InterruptedException {
    if (sent.size() == limit) {
      settle(sent.remove());
    }
    sent.add(send(batch));
  }

  /** Waits for all answers. */
  void settleAll() throws InterruptedException {
    while (!sent.isEmpty()) {
      settle(sent.remove());
    }
  }

  private Sent send(List<Entry> batch) {
    CompletableFuture<WriteCounts> answer = destination.send(batch).toCompletableFuture();
    return new Sent(batch, answer.whenComplete(this::noteFirstWrite));
  }

  private void noteFirstWrite(WriteCounts counts, Throwable failure) {
    if (failure == null && counts.stored() > 0) {
      tally.firstWrite();
    }
  }

  /** Repeats the batch until it is answered: the guard makes that safe. */
  private void settle(Sent first) throws InterruptedException {
    Sent attempt = first;
    for (int failures = 1; ; failures++) {
      try {
        tally.answered(attempt.answer().get());
        return;
      } catch (ExecutionException e) {
        if (e.getCause() instanceof GenerationLostException || retry.isUp(failures)) {
          throw WriteFailure.explain(e, tally);
        }
        tally.retried();
        retry.pause(failures);
        attempt = send(attempt.batch());
      }
    }
  }
}
