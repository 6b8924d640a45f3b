package dev.sessioncache.bench.report;

import dev.sessioncache.bench.measure.Figure;
import dev.sessioncache.bench.measure.Series;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** What is told of a case that is about bytes: by each place, and by what the place belongs to. */
final class Sizes implements CaseView {

  private final Result.Case of;
  private final Series ours;

  Sizes(Result.Case of) {
    this.of = of;
    this.ours = of.series().get(0);
  }

  /** Whether a case is about that. */
  static boolean areOf(Result.Case one) {
    return !one.series().get(0).bytes().isEmpty();
  }

  /** Sums of what belongs together. */
  String verdict() {
    Map<String, Double> sums = new LinkedHashMap<>();
    ours.bytes()
        .forEach(
            (place, figure) ->
                sums.merge(place.replaceFirst(":.*", ""), figure.median(), Double::sum));
    return sums.entrySet().stream()
        .map(sum -> "%s **%s**".formatted(sum.getKey(), Numbers.three(sum.getValue())))
        .collect(Collectors.joining(", ", "Bytes of each: ", "."));
  }

  @Override
  public String svg() {
    BarChart chart = new BarChart(of.title() + ": bytes of each");
    ours.bytes().forEach((place, figure) -> chart.bar(place, figure, true));
    return chart.svg();
  }

  @Override
  public String table() {
    StringBuilder table = new StringBuilder("\n| where | bytes of each |\n|---|---|\n");
    for (Map.Entry<String, Figure> place : ours.bytes().entrySet()) {
      table.append(
          "| %s | %s |\n".formatted(place.getKey(), Numbers.three(place.getValue().median())));
    }
    return table.toString();
  }
}
