package dev.sessioncache.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Shares over seconds, as SVG. Readable on a light and on a dark page. */
final class LineChart {

  private static final int WIDTH = 760;
  private static final int HEIGHT = 300;
  private static final int LEFT = 56;
  private static final int RIGHT = 24;
  private static final int TOP = 56;
  private static final int BOTTOM = 34;
  private static final int LEGEND = 200;
  private static final int PERCENT = 100;
  private static final int MARKS = 4;

  private record Line(String name, List<Double> shares, String color) {}

  private final String title;
  private final List<Line> lines = new ArrayList<>();

  LineChart(String title) {
    this.title = title;
  }

  /** Adds one; the first share is that of the first second. */
  LineChart line(String name, List<Double> shares, boolean ours) {
    lines.add(new Line(name, List.copyOf(shares), ours ? "#0f766e" : "#64748b"));
    return this;
  }

  String svg() {
    int seconds = lines.stream().mapToInt(line -> line.shares.size()).max().orElse(1);
    StringBuilder svg =
        new StringBuilder(
            """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" role="img" aria-label="%s" font-family="sans-serif" font-size="13">
            <rect width="100%%" height="100%%" fill="#ffffff"/>
            <text x="8" y="20" font-weight="bold" fill="#1c1917">%s</text>
            """
                .formatted(WIDTH, HEIGHT, title, title));
    for (int mark = 0; mark <= MARKS; mark++) {
      double share = (double) mark / MARKS;
      svg.append(
          """
          <line x1="%d" x2="%d" y1="%s" y2="%s" stroke="#e7e5e4"/>
          <text x="%d" y="%s" text-anchor="end" fill="#57534e">%d %%</text>
          <text x="%s" y="%d" text-anchor="middle" fill="#57534e">%d s</text>
          """
              .formatted(
                  LEFT,
                  WIDTH - RIGHT,
                  y(share),
                  y(share),
                  LEFT - 8,
                  y(share),
                  Math.round(share * PERCENT),
                  x(share * seconds, seconds),
                  HEIGHT - 12,
                  Math.round(share * seconds)));
    }
    for (int i = 0; i < lines.size(); i++) {
      Line line = lines.get(i);
      svg.append(
          """
          <polyline points="%s" fill="none" stroke="%s" stroke-width="2"/>
          <rect x="%d" y="32" width="12" height="12" fill="%s"/>
          <text x="%d" y="43" fill="#1c1917">%s</text>
          """
              .formatted(
                  points(line, seconds),
                  line.color,
                  LEFT + LEGEND * i,
                  line.color,
                  LEFT + LEGEND * i + 18,
                  line.name));
    }
    return svg.append("</svg>\n").toString();
  }

  private static String points(Line line, int seconds) {
    return IntStream.range(0, line.shares.size())
        .mapToObj(second -> x(second + 1, seconds) + "," + y(line.shares.get(second)))
        .collect(Collectors.joining(" "));
  }

  private static String x(double second, int seconds) {
    return tenths(LEFT + second / seconds * (WIDTH - LEFT - RIGHT));
  }

  private static String y(double share) {
    return tenths(HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM));
  }

  private static String tenths(double value) {
    return String.format(Locale.ROOT, "%.1f", value);
  }
}
