package dev.sessioncache.demo.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RankingTest {

  @Test
  void shouldStayInRangeWhenTheDrawIsExtreme() {
    assertThat(Ranking.rank(0, 10)).isZero();
    assertThat(Ranking.rank(Math.nextDown(1.0), 10)).isEqualTo(9);
    assertThat(Ranking.rank(Math.nextDown(1.0), 1)).isZero();
  }

  @Test
  void shouldPreferTheRecentWhenPickingManyTimes() {
    SplittableRandom random = new SplittableRandom(1);
    int picks = 100_000;
    int top = 0;
    for (int i = 0; i < picks; i++) {
      top += Ranking.rank(random.nextDouble(), 76_000) < 20_000 ? 1 : 0;
    }

    // (1 - 20,001^-0.2) / (1 - 76,001^-0.2)
    assertThat((double) top / picks).isCloseTo(0.964, within(0.005));
  }
}
