package dev.sessioncache.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.bench.measure.Run;
import dev.sessioncache.bench.measure.Series;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HitRatesTest {

  private final Result.Case coldStart =
      new Result.Case(
          "cold start",
          "validations",
          "warm",
          "miss",
          0,
          List.of(series("warm", 0.5, 0.95, 1.0), series("miss", 0.5, 0.95, 0.8)));

  @Test
  void shouldTellWhenNineInTenAreReached() {
    Double[] warm = {0.5, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9};
    Double[] miss = {0.5, 0.8, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9, 0.9}; // nine in a row
    Result.Case told =
        new Result.Case(
            "", "", "warm", "miss", 0, List.of(series("warm", warm), series("miss", miss)));

    assertThat(PerformancePage.verdict(told))
        .contains("warm: **from second 2 on**", "miss: **not within 11 s**");
  }

  @Test
  void shouldShowTheCourse() {
    assertThat(new HitRates(coldStart).table()).contains("| in second | 1 |", "| warm | 50.0 % |");
    assertThat(new HitRates(coldStart).svg())
        .contains("points=\"282.7,161.0 509.3,66.5 736.0,56.0\"");
  }

  private static Series series(String name, Double... shares) {
    return new Series(
        name, List.of(new Run(3_000, 3, Map.of(), 0, Map.of(), List.of(shares), Map.of())));
  }
}
