package dev.sessioncache.warm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sessioncache.command.OperationException;
import dev.sessioncache.command.StopSignal;
import dev.sessioncache.guard.WriteCounts;
import io.lettuce.core.RedisCommandExecutionException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InFlightTest {

  private static final WriteCounts ONE = new WriteCounts(1, 0, 0, 0, 0);

  private final StopSignal stop = StopSignal.install();
  private final Tally tally = new Tally();
  private final List<String> sent = new ArrayList<>();
  private final Deque<CompletableFuture<WriteCounts>> answers = new ArrayDeque<>();
  private long there;
  private final InFlight.Destination destination =
      new InFlight.Destination() {
        @Override
        public CompletableFuture<WriteCounts> send(Batch batch) {
          sent.add(batch.entries().get(0).key());
          return answers.remove();
        }

        @Override
        public CompletableFuture<Long> present(Batch batch) {
          return CompletableFuture.completedFuture(there);
        }
      };
  private final InFlight inFlight = inFlight(Deadline.in(Duration.ofMinutes(1)));

  @AfterEach
  void close() {
    stop.close();
  }

  @Test
  void shouldSendAheadUpToTheLimitAndThenWaitForTheOldest() throws Exception {
    answers.add(new CompletableFuture<>());
    answers.add(CompletableFuture.completedFuture(ONE));
    CompletableFuture<WriteCounts> oldest = answers.getFirst();

    inFlight.add(batch("a"));
    inFlight.add(batch("b"));
    assertThat(tally.counts()).isEqualTo(WriteCounts.NONE);

    answers.add(CompletableFuture.completedFuture(ONE));
    Thread answering = new Thread(() -> oldest.complete(ONE));
    answering.start();
    inFlight.add(batch("c"));
    assertThat(tally.counts().stored()).isEqualTo(1);

    inFlight.settleAll();
    assertThat(tally.counts().stored()).isEqualTo(3);
    assertThat(sent).containsExactly("a", "b", "c");
  }

  @Test
  void shouldRepeatAFailedBatchAndCountItsLastAnswerOnly() throws Exception {
    answers.add(CompletableFuture.failedFuture(new IllegalStateException("disconnected")));
    answers.add(CompletableFuture.failedFuture(new IllegalStateException("disconnected")));
    answers.add(CompletableFuture.completedFuture(ONE));

    inFlight.add(batch("a"));
    inFlight.settleAll();

    assertThat(sent).containsExactly("a", "a", "a");
    assertThat(tally.retries()).isEqualTo(2);
    assertThat(tally.counts()).isEqualTo(ONE);
  }

  @Test
  void shouldCountASessionThatEndedOnTheWayAsSkipped() throws Exception {
    answers.add(CompletableFuture.completedFuture(new WriteCounts(0, 1, 0, 0, 0)));

    inFlight.add(batch("a"));
    inFlight.settleAll();

    assertThat(tally.skipped(Skip.ENDED)).isEqualTo(1);
    assertThat(tally.firstWriteNanoTime()).isEmpty();
  }

  /** The guard refuses for reasons other than that the session is there. */
  @Test
  void shouldCountARefusedSessionAsCoveredOnlyWhenItIsThere() throws Exception {
    WriteCounts refused = new WriteCounts(0, 0, 1, 0, 0);
    answers.add(CompletableFuture.completedFuture(refused));
    inFlight.add(batch("a"));
    inFlight.settleAll();
    assertThat(tally.covered()).isZero();
    assertThat(tally.coveredRate()).isZero();

    there = 1;
    answers.add(CompletableFuture.completedFuture(refused));
    inFlight.add(batch("b"));
    inFlight.settleAll();
    assertThat(tally.covered()).isEqualTo(1);
    assertThat(tally.coveredRate()).isEqualTo(0.5);
  }

  @Test
  void shouldHandOnTheErrorCodeOfRedisOnly() throws Exception {
    answers.add(
        CompletableFuture.failedFuture(
            new RedisCommandExecutionException("NOPERM with args session:token-secret")));
    InFlight late = inFlight(Deadline.in(Duration.ZERO));
    late.add(batch("a"));

    assertThatThrownBy(late::settleAll)
        .isInstanceOf(OperationException.class)
        .hasNoCause()
        .hasMessageContaining("(NOPERM)")
        .hasMessageNotContaining("token-secret");
  }

  private InFlight inFlight(Deadline deadline) {
    End end = new End(stop, deadline);
    return new InFlight(
        destination,
        new Window(2, Duration.ofSeconds(10)),
        new Retry(end, new Random(1), tally),
        new Pace(Duration.ZERO, 0, Duration.ofSeconds(10), end),
        tally);
  }

  private static Batch batch(String key) {
    return new Batch(
        List.of(new Entry(key, new byte[0], Instant.MAX, 0.5)), new Place("2026-01-31", "1"));
  }
}
