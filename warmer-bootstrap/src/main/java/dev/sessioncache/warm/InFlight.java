package dev.sessioncache.warm;

import dev.sessioncache.guard.WriteCounts;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The batches on their way to Redis: sent ahead as far as the window allows, settled in order,
 * repeated when they fail. Owned and used by the thread of one warm.
 */
final class InFlight {

  /** Where batches go. */
  interface Destination {
    CompletionStage<WriteCounts> send(Batch batch);

    /** How many of the batch's sessions are in Redis, whoever has put them there. */
    CompletionStage<Long> present(Batch batch);
  }

  private record Answer(WriteCounts counts, Duration took) {}

  private record Sent(Batch batch, CompletableFuture<Answer> answer) {}

  private final Destination destination;
  private final Window window;
  private final Retry retry;
  private final Pace pace;
  private final Tally tally;
  private final Deque<Sent> sent = new ArrayDeque<>();

  InFlight(Destination destination, Window window, Retry retry, Pace pace, Tally tally) {
    this.destination = destination;
    this.window = window;
    this.retry = retry;
    this.pace = pace;
    this.tally = tally;
  }

  /**
   * Sends a batch, once the window has room.
   *
   * @throws dev.sessioncache.command.OperationException when an earlier batch failed for good
   */
  void add(Batch batch) throws InterruptedException {
    if (batch.entries().isEmpty()) {
      return;
    }
    while (sent.size() >= window.size()) {
      settle(sent.remove());
    }
    sent.add(new Sent(batch, send(batch)));
  }

  /** Waits for all answers. */
  void settleAll() throws InterruptedException {
    while (!sent.isEmpty()) {
      settle(sent.remove());
    }
  }

  private CompletableFuture<Answer> send(Batch batch) {
    long sentNanos = System.nanoTime();
    return destination
        .send(batch)
        .thenApply(counts -> answer(counts, sentNanos))
        .toCompletableFuture();
  }

  private Answer answer(WriteCounts counts, long sentNanos) {
    if (counts.stored() > 0) {
      tally.firstWrite();
    }
    return new Answer(counts, Duration.ofNanos(System.nanoTime() - sentNanos));
  }

  /** What is refused may be there as somebody else has put it, or gone, or never have been. */
  private long inRedis(Batch batch, WriteCounts counts) throws InterruptedException {
    return counts.older() == 0 ? counts.stored() : retry.answer(() -> destination.present(batch));
  }

  private void settle(Sent first) throws InterruptedException {
    Answer answer = retry.answer(first.answer(), () -> send(first.batch()));
    tally.answered(first.batch(), answer.counts(), inRedis(first.batch(), answer.counts()));
    window.answered(answer.took());
    if (window.isTooMuch(answer.took())) {
      pace.waited(answer.took());
    }
  }
}
