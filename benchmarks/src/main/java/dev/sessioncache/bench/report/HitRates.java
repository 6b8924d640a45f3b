package dev.sessioncache.bench.report;

import dev.sessioncache.bench.measure.Figure;
import dev.sessioncache.bench.measure.Series;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What is told of a case that is about the share that the cache answers, second by second. */
final class HitRates implements CaseView {

  private static final double GOAL = 0.9;

  /** A single second may be a chance. */
  private static final int SECONDS_IN_A_ROW = 10;

  private static final double PERCENT = 100;
  private static final List<Integer> SECONDS = List.of(1, 5, 10, 30, 60, 120, 200);

  private final Result.Case of;

  HitRates(Result.Case of) {
    this.of = of;
  }

  /** Whether a case is about that. */
  static boolean areOf(Result.Case one) {
    return !one.series().get(0).shares().isEmpty();
  }

  /** From when on each has 90 %, by the median of its runs. */
  String verdict() {
    return of.series().stream()
            .map(series -> "%s: **%s**".formatted(series.contender(), reached(series)))
            .collect(
                Collectors.joining(
                    "; ", "90 % are answered from the cache, ten seconds in a row: ", ""))
        + ".";
  }

  private static String reached(Series series) {
    List<Figure> shares = series.shares();
    return IntStream.rangeClosed(0, shares.size() - SECONDS_IN_A_ROW)
        .filter(
            second ->
                shares.stream()
                    .skip(second)
                    .limit(SECONDS_IN_A_ROW)
                    .allMatch(share -> share.median() >= GOAL))
        .mapToObj(second -> "from second %d on".formatted(second + 1))
        .findFirst()
        .orElse("not within " + shares.size() + " s");
  }

  @Override
  public String svg() {
    LineChart chart = new LineChart(of.title() + ": share answered from the cache");
    of.series()
        .forEach(
            series ->
                chart.line(
                    series.contender(),
                    series.shares().stream().map(Figure::median).toList(),
                    series.contender().equals(of.ours())));
    return chart.svg();
  }

  @Override
  public String table() {
    List<Integer> told =
        SECONDS.stream().filter(second -> second <= of.series().get(0).shares().size()).toList();
    StringBuilder table = new StringBuilder("\n| in second |");
    told.forEach(second -> table.append(" ").append(second).append(" |"));
    table.append("\n|---|").append("---|".repeat(told.size())).append("\n");
    for (Series series : of.series()) {
      table.append("| ").append(series.contender()).append(" |");
      told.forEach(second -> table.append(percent(series.shares().get(second - 1).median())));
      table.append("\n");
    }
    return table.toString();
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, " %.1f %% |", share * PERCENT);
  }
}
