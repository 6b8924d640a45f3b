package dev.sessioncache.demo;

/** The command cannot start as it was called; the message tells the user what to change. */
final class UsageException extends Exception {

  private static final long serialVersionUID = 1L;

  UsageException(String message) {
    super(message);
  }
}
