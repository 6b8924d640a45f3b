package dev.sessioncache.command;

/** What was to be reached is not known to have been reached; the message says why. */
public final class BelowTargetException extends OperationException {

  public BelowTargetException(String message) {
    super(message);
  }
}
