package dev.sessioncache.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sessioncache.bench.measure.Latency;
import dev.sessioncache.bench.measure.LatencySeries;
import dev.sessioncache.bench.measure.Run;
import dev.sessioncache.bench.measure.Series;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LatencySectionTest {

  @Test
  void shouldSayWhetherWhatIsAskedForIsReached() {
    assertThat(section(new Latency(100, 6, 20, 30), new Latency(100, 8, 16, 20)).verdict())
        .contains("p50 of ours : p50 of other = **0.75**, asked for is at most 1: reached")
        .contains("6.00 ms, aimed at are 8.00 ms: reached")
        .contains("p99 of ours : p99 of other = **1.25**, asked for is at most 1: not reached")
        .contains("20.0 ms, aimed at are 15.0 ms: not reached");
  }

  @Test
  void shouldBeginWithTheSoonest() {
    LatencySection section = section(new Latency(100, 9, 10, 30), new Latency(100, 8, 16, 20));

    assertThat(section.text("a.svg"))
        .containsSubsequence("(performance/a.svg)", "| other |", "| **ours** |");
    assertThat(section.chart()).containsSubsequence("other, p50", "other, p99", "ours, p50");
  }

  @Test
  void shouldBeKept() throws Exception {
    Result result =
        new Result(
            "latency",
            "2026-01-31T12:00:00Z",
            "./warmer bench latency",
            new Machine("a processor", 2, 1, "Linux", "17"),
            List.of(),
            List.of(compared(new Latency(100, 6, 20, 30), new Latency(100, 8, 16, 20))));

    assertThat(new ObjectMapper().readValue(Kept.json(result), Result.class)).isEqualTo(result);
  }

  private static LatencySection section(Latency ours, Latency other) {
    return new LatencySection(compared(ours, other));
  }

  private static LatencyCase compared(Latency ours, Latency other) {
    return new LatencyCase(
        "1,000 commits a second",
        "commits",
        "ours",
        "other",
        8,
        15,
        List.of(series("ours", ours), series("other", other)));
  }

  private static LatencySeries series(String name, Latency latency) {
    Run cost = new Run(1_000, 1, Map.of("redis", 1.0), 10);
    return new LatencySeries(new Series(name, List.of(cost)), List.of(latency));
  }
}
