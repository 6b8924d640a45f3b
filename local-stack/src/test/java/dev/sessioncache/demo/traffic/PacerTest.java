package dev.sessioncache.demo.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PacerTest {

  /** Never faster; slower only while the machine has no time for it. */
  @Test
  void shouldHoldTheRateWhenNobodyFallsBehind() throws Exception {
    Duration took;
    do {
      took = timeOfThreeHundred(new Pacer(1_000));
      assertThat(took).isGreaterThanOrEqualTo(Duration.ofMillis(299));
    } while (took.compareTo(Duration.ofMillis(600)) > 0);
  }

  private static Duration timeOfThreeHundred(Pacer pacer) throws InterruptedException {
    long started = System.nanoTime();
    for (int i = 0; i < 300; i++) {
      pacer.await();
    }
    return Duration.ofNanos(System.nanoTime() - started);
  }

  @Test
  void shouldEndTheWaitWhenInterrupted() {
    Pacer pacer = new Pacer(0.001);

    Thread.currentThread().interrupt();

    assertThatExceptionOfType(InterruptedException.class).isThrownBy(pacer::await);
  }
}
