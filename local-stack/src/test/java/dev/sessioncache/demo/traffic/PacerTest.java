package dev.sessioncache.demo.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PacerTest {

  @Test
  void shouldHoldTheRateWhenNobodyFallsBehind() throws Exception {
    Pacer pacer = new Pacer(1_000);
    long started = System.nanoTime();

    for (int i = 0; i < 300; i++) {
      pacer.await();
    }

    assertThat(Duration.ofNanos(System.nanoTime() - started))
        .isBetween(Duration.ofMillis(299), Duration.ofMillis(600));
  }

  @Test
  void shouldEndTheWaitWhenInterrupted() {
    Pacer pacer = new Pacer(0.001);

    Thread.currentThread().interrupt();

    assertThatExceptionOfType(InterruptedException.class).isThrownBy(pacer::await);
  }
}
