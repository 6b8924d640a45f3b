package dev.sessioncache.bench.report;

import dev.sessioncache.bench.measure.Series;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** The most memory that our program had resident, by how much it had to do. */
final class MemoryTable {

  private MemoryTable() {}

  /** In Markdown; empty unless there is more than one case with such a figure. */
  static String of(List<Result.Case> cases) {
    List<Result.Case> told = cases.stream().filter(one -> megabytes(one).isPresent()).toList();
    if (told.size() < 2) {
      return "";
    }
    return """

        ### Memory
        | resident at most, MB | %s |
        |---|%s
        | %s | %s |
        """
        .formatted(
            told.stream().map(Result.Case::title).collect(Collectors.joining(" | ")),
            "---|".repeat(told.size()),
            told.get(0).ours(),
            told.stream()
                .flatMap(one -> megabytes(one).stream())
                .map(Numbers::three)
                .collect(Collectors.joining(" | ")));
  }

  private static Optional<Double> megabytes(Result.Case one) {
    return one.series().stream()
        .filter(series -> series.contender().equals(one.ours()))
        .map(Series::peakMegabytes)
        .filter(figure -> figure.max() > 0)
        .map(figure -> figure.median())
        .findFirst();
  }
}
