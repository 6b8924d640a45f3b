package dev.sessioncache.bench.report;

import dev.sessioncache.bench.Workbench;
import dev.sessioncache.bench.measure.Series;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * docs/performance.md and its charts, made of the results that are kept beside it: what is said
 * there was measured.
 */
public final class PerformancePage {

  private static final String MARK = "{{%s}}";

  private final List<Result> results;

  public PerformancePage(List<Result> results) {
    this.results = List.copyOf(results);
  }

  /** In Markdown. */
  public String text() {
    String page = Workbench.resource("performance.md");
    for (Result result : results) {
      page = page.replace(MARK.formatted(result.area()), section(result));
    }
    return page.replaceAll(
        "\\{\\{([a-z-]+)}}", "No result is kept yet: `./warmer bench $1 --keep` measures it.");
  }

  /** By the name of its file, beside the results. */
  public Map<String, String> charts() {
    Map<String, String> charts = new LinkedHashMap<>();
    for (Result result : results) {
      for (Result.Case one : result.cases()) {
        charts.put(chartName(result, one.title()), svg(one));
      }
    }
    return charts;
  }

  private static String svg(Result.Case one) {
    if (Latencies.areOf(one)) {
      return new Latencies(one).svg();
    }
    if (HitRates.areOf(one)) {
      return new HitRates(one).svg();
    }
    BarChart chart = new BarChart("%s: %s a second".formatted(one.title(), one.unit()));
    fastestFirst(one)
        .forEach(
            series ->
                chart.bar(
                    series.contender(), series.rate(), series.contender().equals(one.ours())));
    return chart.svg();
  }

  private static String chartName(Result result, String title) {
    return "%s-%s.svg"
        .formatted(result.area(), title.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-"));
  }

  /** What is told of one area, in Markdown. */
  public static String section(Result result) {
    Machine machine = result.machine();
    StringBuilder text =
        new StringBuilder(
            "`%s`, %s, %d cores (%s), %d GiB, %s, Java %s.\n"
                .formatted(
                    result.command(),
                    result.at(),
                    machine.cores(),
                    machine.processor(),
                    machine.memory() >> 30,
                    machine.kernel(),
                    machine.java()));
    for (Result.Case one : result.cases()) {
      text.append("\n### %s\n%s\n\n".formatted(one.title(), verdict(one)));
      text.append(
          "![%s](performance/%s)\n\n".formatted(one.title(), chartName(result, one.title())));
      text.append(
          "| | s | %s/s | CPU us each | of it | memory of its programs, MB |\n|---|---|---|---|---|---|\n"
              .formatted(one.unit()));
      fastestFirst(one).forEach(series -> text.append(row(series, one)));
      if (Latencies.areOf(one)) {
        text.append(new Latencies(one).table());
      }
      if (HitRates.areOf(one)) {
        text.append(new HitRates(one).table());
      }
    }
    text.append(MemoryTable.of(result.cases()));
    return text.toString().strip();
  }

  private static List<Series> fastestFirst(Result.Case one) {
    return one.series().stream()
        .sorted(Comparator.comparingDouble(series -> series.seconds().median()))
        .toList();
  }

  private static String row(Series series, Result.Case one) {
    String name =
        series.contender().equals(one.ours()) ? "**" + one.ours() + "**" : series.contender();
    return "| %s | %s | %s | %s | %s | %s |\n"
        .formatted(
            name.replace("|", "\\|"),
            Numbers.spread(series.seconds()),
            Numbers.three(series.rate().median()),
            Numbers.three(series.cpuMicrosPerUnit().median()),
            Numbers.programs(series),
            series.peakMegabytes().max() == 0
                ? ""
                : Numbers.three(series.peakMegabytes().median()));
  }

  /** Of the time of ours to that of the other. */
  static String verdict(Result.Case one) {
    if (Latencies.areOf(one)) {
      return new Latencies(one).verdict();
    }
    if (HitRates.areOf(one)) {
      return new HitRates(one).verdict();
    }
    if (one.against() == null) {
      return "";
    }
    double ratio = seconds(one, one.ours()) / seconds(one, one.against());
    return "Time of %s : time of %s = **%s**%s."
        .formatted(one.ours(), one.against(), Numbers.three(ratio), judged(ratio, one.asked()));
  }

  /** Whether a ratio is as asked for; nothing when nothing is asked. */
  static String judged(double ratio, double asked) {
    return asked == 0
        ? ""
        : ", asked for is at most %s: %s"
            .formatted(Numbers.three(asked), ratio <= asked ? "reached" : "not reached");
  }

  private static double seconds(Result.Case one, String contender) {
    return one.series().stream()
        .filter(series -> series.contender().equals(contender))
        .findFirst()
        .orElseThrow()
        .seconds()
        .median();
  }
}
