package dev.sessioncache.demo;

import java.io.PrintWriter;
import java.time.Duration;

/**
 * Tells the user what happens: a line for each step, and a line of figures that is rewritten in
 * place on a terminal and printed now and then elsewhere. For the run's thread.
 */
final class Progress {

  private static final Duration PLAIN_LINE_EVERY = Duration.ofSeconds(5);
  private static final String START_OF_LINE = "\r";
  private static final String CLEAR_REST = "\u001b[K";

  private final PrintWriter out;
  private final boolean quiet;
  private final boolean terminal;
  private boolean lineOpen;
  private long lastPlainNanos = System.nanoTime() - PLAIN_LINE_EVERY.toNanos();

  Progress(PrintWriter out, boolean quiet, boolean terminal) {
    this.out = out;
    this.quiet = quiet;
    this.terminal = terminal;
  }

  void step(String text) {
    if (!quiet) {
      endLine();
      out.println(text);
      out.flush();
    }
  }

  /** Call it every second. */
  void figures(LiveFigures figures) {
    if (quiet) {
      return;
    }
    if (terminal) {
      out.print(START_OF_LINE + figures + CLEAR_REST);
      lineOpen = true;
    } else if (System.nanoTime() - lastPlainNanos >= PLAIN_LINE_EVERY.toNanos()) {
      lastPlainNanos = System.nanoTime();
      out.println(figures);
    }
    out.flush();
  }

  /** Leaves the rewritten line as it is and goes on below. */
  void endLine() {
    if (lineOpen) {
      out.println();
      out.flush();
      lineOpen = false;
    }
  }
}
