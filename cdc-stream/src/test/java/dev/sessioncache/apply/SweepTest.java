package dev.sessioncache.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.guard.StreamPosition;
import dev.sessioncache.guard.TransactionId;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** When a sweep begins. */
class SweepTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final RedisIdentity REDIS = new RedisIdentity("generation", "run");
  private static final String FLOOR = floor(1);

  private long nanos;
  private final Sweep sweep = new Sweep(GuardSettings.defaults(), PATIENCE, () -> nanos);

  @Test
  void shouldBeginWhenAllLanesHavePublished() {
    sweep.due(REDIS, FLOOR, true);

    assertThat(sweep.mayBegin()).isTrue();
  }

  @Test
  void shouldWaitForALaneThatHasYetToPublish() {
    sweep.due(REDIS, FLOOR, false);
    nanos += PATIENCE.toNanos();
    sweep.due(REDIS, FLOOR, false);
    assertThat(sweep.mayBegin()).isFalse();

    sweep.due(REDIS, FLOOR, true);

    assertThat(sweep.mayBegin()).isTrue();
  }

  @Test
  void shouldNotWaitForEverForALaneThatHangs() {
    sweep.due(REDIS, FLOOR, false);
    nanos += PATIENCE.toNanos() + 1;

    sweep.due(REDIS, FLOOR, false);

    assertThat(sweep.mayBegin()).isTrue();
  }

  @Test
  void shouldLookAtOnceWhetherRedisIsSweptAlready() {
    sweep.due(REDIS, FLOOR, false);

    assertThat(sweep.isActive(REDIS)).isTrue();
  }

  @Test
  void shouldNotBeginAnewWhenALaneIsStillAtAnEarlierBaseline() {
    sweep.due(REDIS, floor(2), false);
    nanos += PATIENCE.toNanos() / 2;
    sweep.due(REDIS, FLOOR, true);
    assertThat(sweep.mayBegin()).isFalse();
    nanos += PATIENCE.toNanos();

    sweep.due(REDIS, floor(2), false);

    assertThat(sweep.mayBegin()).isTrue();
  }

  @Test
  void shouldWaitAgainAtTheNextBaseline() {
    sweep.due(REDIS, FLOOR, false);
    nanos += PATIENCE.toNanos() + 1;

    sweep.due(REDIS, floor(2), false);

    assertThat(sweep.mayBegin()).isFalse();
  }

  @Test
  void shouldWaitAtTheNextBaselineWhenTheFormerOneWasNotSweptYet() {
    sweep.due(REDIS, FLOOR, true);

    sweep.due(REDIS, floor(2), false);

    assertThat(sweep.mayBegin()).isFalse();
  }

  private static String floor(int baseline) {
    return StreamPosition.beforeBaseline(1, baseline, TransactionId.of(700)).encode();
  }
}
