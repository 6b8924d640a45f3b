package dev.sessioncache.progress;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;

/** One line of a terminal that is written over and over, and gone in the end. */
final class BarProgress implements Progress {

  static final Duration EVERY = Duration.ofMillis(100);

  private static final int WIDTH = 24;

  /** Carriage return, and <a href="https://en.wikipedia.org/wiki/ANSI_escape_code">EL</a>. */
  private static final String OVER = "\r\u001b[K";

  private final PrintWriter terminal;
  private Duration drawn = EVERY.negated();

  BarProgress(PrintWriter terminal) {
    this.terminal = terminal;
  }

  @Override
  public void update(ProgressFigures figures) {
    if (figures.time().minus(drawn).compareTo(EVERY) >= 0) {
      drawn = figures.time();
      terminal.print(OVER + line(figures));
      terminal.flush();
    }
  }

  static String line(ProgressFigures figures) {
    int done = (int) (figures.share() * WIDTH);
    return String.format(
        Locale.ROOT,
        "[%s%s] %3.0f %%  %,d of %,d  %,.0f/s  %s  %,d failed",
        "#".repeat(done),
        ".".repeat(WIDTH - done),
        100 * figures.share(),
        figures.looked(),
        figures.count(),
        figures.rate(),
        figures.left().map(left -> left.toSeconds() + " s left").orElse("-"),
        figures.failed());
  }

  @Override
  public void close() {
    terminal.print(OVER);
    terminal.flush();
  }
}
