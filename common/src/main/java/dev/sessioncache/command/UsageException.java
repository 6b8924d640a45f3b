package dev.sessioncache.command;

/** A wrong command line: ends the program with {@link ExitCode#USAGE}. */
public final class UsageException extends RuntimeException {

  /**
   * @param message one line: what is wrong and what to do
   */
  public UsageException(String message) {
    super(message);
  }
}
