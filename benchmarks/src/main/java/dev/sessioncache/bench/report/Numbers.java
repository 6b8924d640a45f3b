package dev.sessioncache.bench.report;

import dev.sessioncache.bench.measure.Figure;
import java.util.Locale;

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
}
