package dev.sessioncache.warm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.command.StopSignal;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PaceTest {

  private static final Duration SLOW = Duration.ofMillis(100);

  private final StopSignal stop = StopSignal.onRequestOnly();

  @Test
  void shouldNotSleepBeyondTheDeadline() throws InterruptedException {
    Pace pace = pace(Duration.ofMinutes(10), 1, Duration.ofMillis(50));

    assertThat(millis(() -> pace.sent(500))).isLessThan(60_000);
    assertThat(millis(() -> pace.waited(Duration.ofSeconds(5)))).isLessThan(5_000);
  }

  @Test
  void shouldKeepToTheRate() throws InterruptedException {
    Action twice =
        () -> {
          Pace pace = pace(Duration.ZERO, 1_000, Duration.ofMinutes(1));
          pace.sent(100);
          pace.sent(200);
        };

    assertThat(millis(twice)).isGreaterThanOrEqualTo(190);
  }

  /** Else the source would get all that was saved up at once. */
  @Test
  void shouldNotMakeUpForTimeThatWasLost() throws InterruptedException {
    Pace pace = pace(Duration.ZERO, 1_000, Duration.ofMinutes(1));
    Thread.sleep(300);

    Action twice =
        () -> {
          pace.sent(100);
          pace.sent(200);
        };

    assertThat(millis(twice)).isGreaterThanOrEqualTo(90);
  }

  @Test
  void shouldRestAsLongAsItWasKeptWaiting() throws InterruptedException {
    Pace pace = pace(Duration.ZERO, 0, Duration.ofMinutes(1));

    assertThat(millis(() -> pace.waited(Duration.ofMillis(150)))).isGreaterThanOrEqualTo(140);
  }

  @Test
  void shouldNotRestWhenNobodyWasSlow() throws InterruptedException {
    Pace pace = pace(Duration.ZERO, 0, Duration.ofMinutes(1));
    Thread.currentThread().interrupt(); // no rest is possible now

    pace.waited(SLOW);

    assertThat(Thread.interrupted()).isTrue();
  }

  private Pace pace(Duration pause, int rate, Duration left) {
    return new Pace(pause, rate, SLOW, new End(stop, Deadline.in(left)));
  }

  private interface Action {
    void run() throws InterruptedException;
  }

  private static long millis(Action action) throws InterruptedException {
    long startedNanos = System.nanoTime();
    action.run();
    return (System.nanoTime() - startedNanos) / 1_000_000;
  }
}
