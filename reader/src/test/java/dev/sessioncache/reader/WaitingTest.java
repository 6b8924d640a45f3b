package dev.sessioncache.reader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class WaitingTest {

  private static final Duration LONG = Duration.ofMinutes(1);

  @Test
  void shouldReturnWhatIsDoneInTime() {
    CompletableFuture<String> later =
        new CompletableFuture<String>().completeOnTimeout("it", 50, TimeUnit.MILLISECONDS);

    assertThat(Waiting.atMost(LONG).until(later)).isCompletedWithValue("it");
  }

  @Test
  void shouldEndWhatIsNotDoneInTime() {
    CompletableFuture<String> never = new CompletableFuture<>();

    Waiting.atMost(Duration.ofMillis(20)).until(never);

    assertThatThrownBy(never::join)
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(TimeoutException.class);
  }

  @Test
  void shouldReturnWhatHasFailed() {
    CompletableFuture<String> failed =
        CompletableFuture.failedFuture(new IllegalStateException("it"));

    assertThat(Waiting.atMost(LONG).until(failed)).isSameAs(failed).isCompletedExceptionally();
  }

  @Test
  void shouldKeepAnInterruptForAfterwards() {
    CompletableFuture<String> later =
        new CompletableFuture<String>().completeOnTimeout("it", 50, TimeUnit.MILLISECONDS);

    Thread.currentThread().interrupt();
    Waiting.atMost(LONG).until(later);

    assertThat(Thread.interrupted()).isTrue();
    assertThat(later).isCompletedWithValue("it");
  }
}
