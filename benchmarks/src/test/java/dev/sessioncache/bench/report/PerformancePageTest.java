package dev.sessioncache.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.bench.measure.Run;
import dev.sessioncache.bench.measure.Series;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PerformancePageTest {

  private static final Path DOCS = Path.of("..", "docs");
  private static final Machine MACHINE = new Machine("x", 2, 1 << 30, "Linux", "17");

  /** What stands on the page was measured. */
  @Test
  void shouldBeMadeOfWhatIsKept() throws IOException {
    Kept kept = new Kept(DOCS);
    PerformancePage made = new PerformancePage(kept.results());

    assertThat(kept.page()).isEqualTo(made.text()).doesNotContain("{{");
    for (Map.Entry<String, String> chart : made.charts().entrySet()) {
      assertThat(Files.readString(DOCS.resolve("performance").resolve(chart.getKey())))
          .isEqualTo(chart.getValue());
    }
  }

  @Test
  void shouldSayHowToMeasureWhatIsNotKept() {
    assertThat(new PerformancePage(List.of()).text())
        .contains("`./warmer bench replay --keep`")
        .doesNotContain("{{");
  }

  @Test
  void shouldSayWhetherWhatIsAskedForIsReached() {
    assertThat(PerformancePage.verdict(taking(8, 10, 0.85))).contains("**0.80**", ": reached");
    assertThat(PerformancePage.verdict(taking(9, 10, 0.85))).contains("**0.90**", "not reached");
    assertThat(PerformancePage.verdict(taking(9, 10, 0))).doesNotContain("reached");
  }

  @Test
  void shouldNameTheFastestWhenItIsNotWhatOursIsComparedWith() {
    Result.Case one = taking(8, 10, 0.85, series("limit: nothing", 1), series("third", 4));

    assertThat(PerformancePage.verdict(one))
        .endsWith(" The fastest is third: time of ours : its time = **2.00**.");
    assertThat(PerformancePage.verdict(taking(8, 10, 0.85, series("third", 9))))
        .doesNotContain("fastest");
  }

  @Test
  void shouldListAllThatIsAskedFor() {
    List<Result.Case> cases = List.of(taking(8, 10, 0.85), taking(9, 10, 0));

    assertThat(
            new PerformancePage(List.of(new Result("warm", "now", "bench", MACHINE, cases))).text())
        .containsOnlyOnce("| [warm](#warm), 1,000 sessions | time | other | 0.80 | 0.85 | yes |");
  }

  @Test
  void shouldKeepTheColumnsOfAContenderThatIsAPipe() {
    Result.Case one =
        new Result.Case("10", "sessions", "ours", null, 0, List.of(series("psql | redis-cli", 2)));

    assertThat(PerformancePage.section(new Result("warm", "now", "bench", MACHINE, List.of(one))))
        .contains("| psql \\| redis-cli | 2.00 ");
  }

  private static Result.Case taking(double ours, double other, double asked, Series... more) {
    return new Result.Case(
        "1,000 sessions",
        "sessions",
        "ours",
        "other",
        asked,
        Stream.concat(Stream.of(series("ours", ours), series("other", other)), Stream.of(more))
            .toList());
  }

  private static Series series(String name, double seconds) {
    return new Series(name, List.of(new Run(1_000, seconds, Map.of("redis", 1.0), 10)));
  }
}
