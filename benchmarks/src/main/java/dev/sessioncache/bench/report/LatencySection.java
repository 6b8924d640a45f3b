package dev.sessioncache.bench.report;

import dev.sessioncache.bench.measure.Figure;
import dev.sessioncache.bench.measure.LatencySeries;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/** What the page tells of contenders at the same rate of work. */
final class LatencySection {

  private final LatencyCase one;

  LatencySection(LatencyCase one) {
    this.one = one;
  }

  /**
   * In Markdown.
   *
   * @param chart name of its file
   */
  String text(String chart) {
    StringBuilder text =
        new StringBuilder("\n### %s\n%s\n\n".formatted(one.title(), verdict()))
            .append("![%s](performance/%s)\n\n".formatted(one.title(), chart))
            .append(
                "| | p50, ms | p99, ms | most, ms | CPU us each | of it | memory of its programs, MB |\n")
            .append("|---|---|---|---|---|---|---|\n");
    soonestFirst().forEach(series -> text.append(row(series)));
    return text.toString();
  }

  /** As SVG. */
  String chart() {
    BarChart chart = new BarChart("%s: ms until they are in Redis".formatted(one.title()));
    for (LatencySeries series : soonestFirst()) {
      String name = series.cost().contender();
      boolean ours = name.equals(one.ours());
      chart.bar(name + ", p50", series.p50(), ours).bar(name + ", p99", series.p99(), ours);
    }
    return chart.svg();
  }

  private List<LatencySeries> soonestFirst() {
    return one.series().stream()
        .sorted(Comparator.comparingDouble(series -> series.p50().median()))
        .toList();
  }

  private String row(LatencySeries series) {
    String name = series.cost().contender();
    return "| %s | %s | %s | %s | %s | %s | %s |\n"
        .formatted(
            name.equals(one.ours()) ? "**" + name + "**" : name,
            Numbers.spread(series.p50()),
            Numbers.spread(series.p99()),
            Numbers.spread(series.max()),
            Numbers.three(series.cost().cpuMicrosPerUnit().median()),
            Numbers.programs(series.cost()),
            Numbers.three(series.cost().peakMegabytes().median()));
  }

  /** Of what is asked for, and of what is aimed at. */
  String verdict() {
    return "%s %s"
        .formatted(
            verdict("p50", LatencySeries::p50, one.aimP50()),
            verdict("p99", LatencySeries::p99, one.aimP99()));
  }

  private String verdict(String what, Function<LatencySeries, Figure> of, double aim) {
    double ours = of.apply(series(one.ours())).median();
    double ratio = ours / of.apply(series(one.against())).median();
    return "%s of %s : %s of %s = **%s**, asked for is at most 1: %s; %s ms, aimed at are %s ms: %s."
        .formatted(
            what,
            one.ours(),
            what,
            one.against(),
            Numbers.three(ratio),
            reached(ratio <= 1),
            Numbers.three(ours),
            Numbers.three(aim),
            reached(ours <= aim));
  }

  private static String reached(boolean is) {
    return is ? "reached" : "not reached";
  }

  private LatencySeries series(String contender) {
    return one.series().stream()
        .filter(series -> series.cost().contender().equals(contender))
        .findFirst()
        .orElseThrow();
  }
}
