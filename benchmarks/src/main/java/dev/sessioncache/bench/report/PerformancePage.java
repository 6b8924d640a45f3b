package dev.sessioncache.bench.report;

import dev.sessioncache.bench.Workbench;
import dev.sessioncache.bench.measure.Series;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * docs/performance.md and its charts, made of the results that are kept beside it: what is said
 * there was measured.
 */
public final class PerformancePage {

  private static final String MARK = "{{%s}}";

  /** What the names of contenders begin with that do only a part of the work. */
  private static final String LIMIT = "limit:";

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
    page = page.replace(MARK.formatted("summary"), summary());
    return page.replaceAll(
        "\\{\\{([a-z-]+)}}", "No result is kept yet: `./warmer bench $1 --keep` measures it.");
  }

  /** All that is asked for. */
  private String summary() {
    StringBuilder table =
        new StringBuilder(
            "| | of | against | ratio | asked, at most | reached |\n|---|---|---|---|---|---|\n");
    for (Result result : results) {
      for (Result.Case one : result.cases()) {
        String name = "[%s](#%1$s), %s".formatted(result.area(), one.title());
        ratios(one).stream()
            .filter(ratio -> ratio.asked() > 0)
            .forEach(ratio -> table.append(ratio.row(name)));
      }
    }
    return table.toString().strip();
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
    return view(one).map(CaseView::svg).orElseGet(() -> rates(one));
  }

  private static Optional<CaseView> view(Result.Case one) {
    if (Latencies.areOf(one)) {
      return Optional.of(new Latencies(one));
    }
    if (HitRates.areOf(one)) {
      return Optional.of(new HitRates(one));
    }
    return Sizes.areOf(one) ? Optional.of(new Sizes(one)) : Optional.empty();
  }

  private static String rates(Result.Case one) {
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
      view(one).map(CaseView::table).ifPresent(text::append);
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

  /** What is told of a case in a sentence or two, in Markdown. */
  static String verdict(Result.Case one) {
    if (HitRates.areOf(one)) {
      return new HitRates(one).verdict();
    }
    if (Sizes.areOf(one)) {
      return new Sizes(one).verdict();
    }
    List<String> sentences = new ArrayList<>(ratios(one).stream().map(Ratio::sentence).toList());
    if (!Latencies.areOf(one)) {
      faster(one).ifPresent(sentences::add);
    }
    return String.join(" ", sentences);
  }

  /** Of ours to what it is compared with. */
  private static List<Ratio> ratios(Result.Case one) {
    if (one.against() == null || HitRates.areOf(one)) {
      return List.of();
    }
    if (Latencies.areOf(one)) {
      return new Latencies(one).ratios();
    }
    double ratio = seconds(one, one.ours()) / seconds(one, one.against());
    return List.of(new Ratio("time", one.ours(), one.against(), ratio, one.asked()));
  }

  /** The fastest, when ours is neither that nor compared with it. */
  private static Optional<String> faster(Result.Case one) {
    return fastestFirst(one).stream()
        .map(Series::contender)
        .filter(contender -> !contender.startsWith(LIMIT))
        .findFirst()
        .filter(
            first ->
                one.against() != null && !first.equals(one.ours()) && !first.equals(one.against()))
        .map(
            first ->
                "The fastest is %s: time of %s : its time = **%s**."
                    .formatted(
                        first,
                        one.ours(),
                        Numbers.three(seconds(one, one.ours()) / seconds(one, first))));
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
