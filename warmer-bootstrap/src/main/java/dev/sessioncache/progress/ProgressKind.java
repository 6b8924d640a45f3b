package dev.sessioncache.progress;

import picocli.CommandLine;

/** How a warm tells how far it has come. */
public enum ProgressKind {
  AUTO,
  BAR,
  LOG,
  JSON,
  NONE;

  /** Set by the launcher: the JVM itself can't tell stdout from stderr. */
  private static final String TERMINAL = "warmer.terminal.err";

  /** The teller of this kind; {@link #AUTO} is silent when quiet is asked for. */
  public Progress to(CommandLine command, boolean quiet) {
    return switch (this) {
      case AUTO -> {
        ProgressKind fitting = Boolean.getBoolean(TERMINAL) ? BAR : LOG;
        yield (quiet ? NONE : fitting).to(command, quiet);
      }
      case BAR -> new BarProgress(command.getErr());
      case LOG -> new LogProgress();
      case JSON -> new JsonProgress(command.getOut());
      case NONE -> Progress.NONE;
    };
  }
}
