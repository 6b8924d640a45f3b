package dev.sessioncache.command;

/** Work that failed for a reason the operator can act on: ends with {@link ExitCode#FAILED}. */
public class OperationException extends RuntimeException {

  /**
   * @param message one line without secrets: what is wrong and what to do
   */
  public OperationException(String message) {
    super(message);
  }

  /**
   * @param message one line without secrets: what is wrong and what to do
   */
  public OperationException(String message, Throwable cause) {
    super(message, cause);
  }
}
