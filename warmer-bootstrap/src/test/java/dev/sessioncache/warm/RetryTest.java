package dev.sessioncache.warm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.command.StopSignal;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RetryTest {

  private final StopSignal stop = StopSignal.install();
  private final Retry retry = retry(Duration.ofMinutes(1));

  @AfterEach
  void close() {
    stop.close();
  }

  @Test
  void shouldDoubleTheDelayUpToTheLongest() {
    for (int i = 0; i < 100; i++) {
      assertThat(retry.delay(1)).isBetween(Duration.ofMillis(50), Duration.ofMillis(100));
      assertThat(retry.delay(3)).isBetween(Duration.ofMillis(200), Duration.ofMillis(400));
      assertThat(retry.delay(9)).isBetween(Duration.ofMillis(1500), Duration.ofMillis(3000));
      assertThat(retry.delay(999)).isBetween(Duration.ofMillis(1500), Duration.ofMillis(3000));
    }
  }

  @Test
  void shouldGiveUpAfterTheLastAttempt() {
    assertThat(retry.isUp(Retry.MAX_ATTEMPTS - 1)).isFalse();
    assertThat(retry.isUp(Retry.MAX_ATTEMPTS)).isTrue();
  }

  @Test
  void shouldGiveUpWhenTheDeadlineHasPassed() {
    assertThat(retry(Duration.ZERO).isUp(1)).isTrue();
  }

  @Test
  void shouldGiveUpWhenStopIsRequested() {
    stop.request();

    assertThat(retry.isUp(1)).isTrue();
  }

  private Retry retry(Duration time) {
    return new Retry(new End(stop, Deadline.in(time)), new Random(1), new Tally());
  }
}
