package dev.sessioncache.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.bench.measure.Run;
import dev.sessioncache.bench.measure.Series;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LatenciesTest {

  private final Result.Case read =
      new Result.Case(
          "1 thread",
          "reads",
          "ours",
          "other",
          1.1,
          List.of(series("ours", 40, 120), series("other", 40, 100)));

  @Test
  void shouldJudgeEachPercentile() {
    assertThat(PerformancePage.verdict(read))
        .contains("p50 of ours : p50 of other = **1.00**", "**1.20**", ": reached.")
        .endsWith(": not reached.");
  }

  @Test
  void shouldShowTheMostLast() {
    Series series =
        new Series(
            "ours",
            List.of(
                new Run(
                    1,
                    1,
                    Map.of(),
                    0,
                    Map.of("most", 9.0, "p50", 4.0, "p99", 8.0),
                    List.of(),
                    Map.of())));

    assertThat(new Latencies(new Result.Case("", "", "ours", null, 0, List.of(series))).table())
        .contains("| us | p50 | p99 | most |", "| ours | 4.00 (4.00 - 4.00) | 8.00 ");
  }

  @Test
  void shouldShowEachPercentile() {
    assertThat(new Latencies(read).table())
        .contains("| us | p50 | p99 |", "| ours | 40.0 (40.0 - 40.0) | 120 (120 - 120) |");
    assertThat(new Latencies(read).svg()).contains("ours, p50", "other, p99");
  }

  private static Series series(String name, double p50, double p99) {
    Map<String, Double> micros = Map.of("p50", p50, "p99", p99);
    return new Series(name, List.of(new Run(1_000, 1, Map.of(), 0, micros, List.of(), Map.of())));
  }
}
