package dev.sessioncache.bench.report;

import dev.sessioncache.bench.measure.Figure;
import dev.sessioncache.bench.measure.Series;
import java.util.Locale;
import java.util.stream.Collectors;

/** Figures for people: three digits that count. */
final class Numbers {

  private Numbers() {}

  static String three(double value) {
    double size = Math.abs(value);
    String format = size >= 100 ? "%,.0f" : size >= 10 ? "%.1f" : "%.2f";
    return String.format(Locale.ROOT, format, value);
  }

  /** Median, and from where to where. */
  static String spread(Figure figure) {
    return "%s (%s - %s)"
        .formatted(three(figure.median()), three(figure.min()), three(figure.max()));
  }

  /**
   * What each program has taken of the processors, without those that have taken next to nothing.
   */
  static String programs(Series series) {
    return series.cpuSeconds().entrySet().stream()
        .filter(program -> program.getValue() >= 0.005)
        .map(program -> "%s %s s".formatted(program.getKey(), three(program.getValue())))
        .collect(Collectors.joining(", "));
  }
}
