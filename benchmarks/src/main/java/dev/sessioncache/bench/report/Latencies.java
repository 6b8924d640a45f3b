package dev.sessioncache.bench.report;

import dev.sessioncache.bench.measure.Figure;
import dev.sessioncache.bench.measure.Series;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/** What is told of a case whose units are timed one by one: percentiles, microseconds. */
final class Latencies implements CaseView {

  private static final String MOST = "most";

  private final Result.Case of;
  private final List<String> names;

  Latencies(Result.Case of) {
    this.of = of;
    this.names =
        of.series().get(0).micros().keySet().stream()
            .sorted(Comparator.comparing(MOST::equals)) // the others by their names, it last
            .toList();
  }

  /** Whether a case has any. */
  static boolean areOf(Result.Case one) {
    return !one.series().get(0).micros().isEmpty();
  }

  /** Of each percentile. The most is that of one unit: no two runs have the same. */
  List<Ratio> ratios() {
    String against = Objects.requireNonNull(of.against());
    return names.stream()
        .filter(name -> !name.equals(MOST))
        .map(
            name ->
                new Ratio(
                    name,
                    of.ours(),
                    against,
                    median(of.ours(), name) / median(against, name),
                    of.asked()))
        .toList();
  }

  private double median(String contender, String name) {
    return of.series().stream()
        .filter(series -> series.contender().equals(contender))
        .map(series -> figure(series, name).median())
        .findFirst()
        .orElseThrow();
  }

  @Override
  public String svg() {
    BarChart chart = new BarChart(of.title() + ": microseconds");
    for (String name : names) {
      of.series()
          .forEach(
              series ->
                  chart.bar(
                      series.contender() + ", " + name,
                      figure(series, name),
                      series.contender().equals(of.ours())));
    }
    return chart.svg();
  }

  @Override
  public String table() {
    StringBuilder table =
        new StringBuilder(
            "\n| us | %s |\n|---|%s\n"
                .formatted(String.join(" | ", names), "---|".repeat(names.size())));
    for (Series series : of.series()) {
      List<String> figures =
          names.stream().map(name -> Numbers.spread(figure(series, name))).toList();
      table.append("| %s | %s |\n".formatted(series.contender(), String.join(" | ", figures)));
    }
    return table.toString();
  }

  private static Figure figure(Series series, String name) {
    return Objects.requireNonNull(series.micros().get(name), name);
  }
}
