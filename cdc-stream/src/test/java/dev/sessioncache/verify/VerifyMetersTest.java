package dev.sessioncache.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

/** What is told of the age of the last round. */
class VerifyMetersTest {

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final VerifyMeters meters = new VerifyMeters(registry);

  private double age() {
    return registry.get("warmer.verify.round.age").gauge().value();
  }

  @Test
  void shouldTellNoAgeWhenNobodyTries() {
    assertThat(age()).isNaN();
  }

  @Test
  void shouldCountFromTheFirstTryWhenNoRoundHasEnded() {
    meters.tries();
    double before = age();

    meters.ended(false);
    meters.tries();

    assertThat(age()).isGreaterThan(before).isGreaterThan(0);
  }

  @Test
  void shouldCountFromTheEndOfTheLastRound() {
    meters.tries();
    await("some age").until(() -> age() > 0.2);

    long from = System.nanoTime();
    meters.ended(true);
    assertThat(age()).isLessThanOrEqualTo((System.nanoTime() - from) / 1e9);

    meters.leftToAnother();
    assertThat(age()).isNotNaN();
  }

  @Test
  void shouldTellNoAgeWhileAnotherMakesTheRounds() {
    meters.tries();

    meters.leftToAnother();
    assertThat(age()).isNaN();

    meters.tries();
    assertThat(age()).isGreaterThan(0);
  }
}
