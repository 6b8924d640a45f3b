package dev.sessioncache.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.bench.measure.Run;
import dev.sessioncache.bench.measure.Series;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SizesTest {

  private static final Map<String, Double> BYTES =
      Map.of("Kafka: changes", 1_000.0, "Kafka: entries", 900.0, "Redis: values", 1_100.0);

  private final Result.Case sizes = of(new Run(9, 1, Map.of(), 0, Map.of(), List.of(), BYTES));

  @Test
  void shouldSumWhatBelongsTogether() {
    assertThat(PerformancePage.verdict(sizes))
        .isEqualTo("Bytes of each: Kafka **1,900**, Redis **1,100**.");
  }

  @Test
  void shouldShowEachPlace() {
    assertThat(new Sizes(sizes).table())
        .contains("| Kafka: changes | 1,000 |\n| Kafka: entries | 900 |\n");
    assertThat(new Sizes(sizes).svg()).contains("bytes of each", "Redis: values");
  }

  @Test
  void shouldBeOfCasesWithBytesAlone() {
    assertThat(Sizes.areOf(sizes)).isTrue();
    assertThat(Sizes.areOf(of(new Run(9, 1, Map.of(), 0)))).isFalse();
  }

  private static Result.Case of(Run run) {
    return new Result.Case(
        "", "sessions", "ours", null, 0, List.of(new Series("ours", List.of(run))));
  }
}
