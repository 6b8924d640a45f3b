package dev.sessioncache.activity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sessioncache.activity.ActivityCurve.Bucket;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ActivityCurveTest {

  private static final ActivityCurve CURVE =
      new ActivityCurve(List.of(new Bucket(10, 60), new Bucket(100, 30), new Bucket(1_000, 10)));

  @Test
  void shouldFindTheFewestSessionsOfAShare() {
    assertThat(CURVE.sessionsFor(0)).isZero();
    assertThat(CURVE.sessionsFor(0.3)).isEqualTo(5);
    assertThat(CURVE.sessionsFor(0.6)).isEqualTo(10);
    assertThat(CURVE.sessionsFor(0.75)).isEqualTo(60);
    assertThat(CURVE.sessionsFor(0.9)).isEqualTo(110);
    assertThat(CURVE.sessionsFor(1)).isEqualTo(1_110);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.01, 0.3, 0.61, 0.89, 0.9, 0.95, 0.999, 1})
  void shouldReachTheShareWithTheSessionsThatItAsksFor(double share) {
    long sessions = CURVE.sessionsFor(share);

    assertThat(CURVE.shareOf(sessions)).isGreaterThanOrEqualTo(share - 1e-9);
    assertThat(CURVE.shareOf(sessions - 1)).isLessThan(share + 1e-9);
  }

  @Test
  void shouldAddUpWhatThereIs() {
    assertThat(CURVE.sessions()).isEqualTo(1_110);
    assertThat(CURVE.rate()).isEqualTo(100, within(1e-9));
    assertThat(CURVE.share(25)).isEqualTo(0.25, within(1e-9));
    assertThat(CURVE.share(101)).isEqualTo(1);
  }

  @Test
  void shouldBeCoveredWhenThereAreNoSessions() {
    ActivityCurve none = new ActivityCurve(List.of());

    assertThat(none.share(0)).isEqualTo(1);
    assertThat(none.shareOf(0)).isEqualTo(1);
    assertThat(none.sessionsFor(0.9)).isZero();
  }
}
