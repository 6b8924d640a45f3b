package dev.sessioncache.bench.report;

import dev.sessioncache.bench.measure.Figure;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Horizontal bars, as SVG: the bar ends at the median, the line on it goes from the least to the
 * most. Readable on a light and on a dark page.
 */
final class BarChart {

  private static final int WIDTH = 760;
  private static final int NAMES = 250;
  private static final int FIGURES = 90;
  private static final int ROW = 26;
  private static final int TOP = 34;

  private record Bar(String name, Figure figure, String color) {}

  private final String title;
  private final List<Bar> bars = new ArrayList<>();

  /**
   * @param title with the unit
   */
  BarChart(String title) {
    this.title = title;
  }

  BarChart bar(String name, Figure figure, boolean ours) {
    bars.add(
        new Bar(name, figure, ours ? "#0f766e" : name.startsWith("limit") ? "#a8a29e" : "#64748b"));
    return this;
  }

  String svg() {
    double most = bars.stream().mapToDouble(bar -> bar.figure.max()).max().orElse(1);
    double perUnit = (WIDTH - NAMES - FIGURES) / most;
    int height = TOP + ROW * bars.size() + 6;
    StringBuilder svg =
        new StringBuilder(
            """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img" aria-label="%s" font-family="sans-serif" font-size="13">
            <rect width="100%%" height="100%%" fill="#ffffff"/>
            <text x="8" y="20" font-weight="bold" fill="#1c1917">%s</text>
            """
                .formatted(WIDTH, height, escaped(title), escaped(title)));
    for (int i = 0; i < bars.size(); i++) {
      Bar bar = bars.get(i);
      int y = TOP + ROW * i;
      Figure figure = bar.figure;
      svg.append(
          String.format(
              Locale.ROOT,
              """
              <text x="%d" y="%d" text-anchor="end" fill="#1c1917">%s</text>
              <rect x="%d" y="%d" width="%.1f" height="16" fill="%s"/>
              <line x1="%.1f" x2="%.1f" y1="%d" y2="%d" stroke="#1c1917"/>
              <text x="%.1f" y="%d" fill="#1c1917">%s</text>
              """,
              NAMES - 8,
              y + 13,
              escaped(bar.name),
              NAMES,
              y,
              figure.median() * perUnit,
              bar.color,
              NAMES + figure.min() * perUnit,
              NAMES + figure.max() * perUnit,
              y + 8,
              y + 8,
              NAMES + figure.max() * perUnit + 6,
              y + 13,
              Numbers.three(figure.median())));
    }
    return svg.append("</svg>\n").toString();
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;");
  }
}
