package dev.sessioncache.command;

/** The exit codes of both programs. */
public final class ExitCode {
  public static final int OK = 0;

  /** The work was started and failed. */
  public static final int FAILED = 1;

  /** The command line or the configuration is wrong: nothing was started. */
  public static final int USAGE = 2;

  /** The work was done and is not enough: a warm has not reached its target. */
  public static final int BELOW_TARGET = 3;

  /** Ended by SIGINT: 128 + 2. */
  public static final int INTERRUPTED = 130;

  /** Ended by SIGTERM: 128 + 15. */
  public static final int TERMINATED = 143;

  private ExitCode() {}
}
