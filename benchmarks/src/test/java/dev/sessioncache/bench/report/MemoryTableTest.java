package dev.sessioncache.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.bench.measure.Run;
import dev.sessioncache.bench.measure.Series;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MemoryTableTest {

  @Test
  void shouldTellTheMostOfEachSize() {
    assertThat(MemoryTable.of(List.of(taking("1,000", 120), taking("10,000", 141))))
        .contains("| 1,000 | 10,000 |", "| ours | 120 | 141 |");
  }

  @Test
  void shouldTellNothingOfOneSizeOrOfWhatHasNoProgram() {
    assertThat(MemoryTable.of(List.of(taking("1,000", 120)))).isEmpty();
    assertThat(MemoryTable.of(List.of(taking("1,000", 0), taking("10,000", 0)))).isEmpty();
  }

  private static Result.Case taking(String title, double megabytes) {
    Run run = new Run(1, 1, Map.of(), megabytes);
    return new Result.Case(
        title, "sessions", "ours", null, 0, List.of(new Series("ours", List.of(run))));
  }
}
