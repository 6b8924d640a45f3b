package dev.sessioncache.bench.report;

import dev.sessioncache.bench.measure.Figure;
import dev.sessioncache.bench.measure.Series;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** What is told of a case whose units are timed one by one: percentiles, microseconds. */
final class Latencies {

  private static final String MOST = "most";

  private final Result.Case of;
  private final List<String> names;

  Latencies(Result.Case of) {
    this.of = of;
    this.names = List.copyOf(of.series().get(0).micros().keySet());
  }

  /** Whether a case has any. */
  static boolean areOf(Result.Case one) {
    return !one.series().get(0).micros().isEmpty();
  }

  /** Of each percentile of ours to that of the other. */
  String verdict() {
    if (of.against() == null) {
      return "";
    }
    List<String> verdicts = new ArrayList<>();
    for (String name : names) {
      if (name.equals(MOST)) {
        continue; // of one unit: no two runs have the same
      }
      double ratio = median(of.ours(), name) / median(of.against(), name);
      verdicts.add(
          "%s of %s : %s of %s = **%s**%s."
              .formatted(
                  name,
                  of.ours(),
                  name,
                  of.against(),
                  Numbers.three(ratio),
                  PerformancePage.judged(ratio, of.asked())));
    }
    return String.join(" ", verdicts);
  }

  private double median(String contender, String name) {
    return of.series().stream()
        .filter(series -> series.contender().equals(contender))
        .map(series -> figure(series, name).median())
        .findFirst()
        .orElseThrow();
  }

  String svg() {
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

  /** In Markdown. */
  String table() {
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
