package dev.sessioncache.demo;

/** The run cannot go on; the message tells the user why and where to look. */
final class RunFailedException extends Exception {

  private static final long serialVersionUID = 1L;

  RunFailedException(String message) {
    super(message);
  }

  RunFailedException(String message, Throwable cause) {
    super(message, cause);
  }
}
