package dev.sessioncache.localstack;

/** A server or the whole stack cannot do what was asked; the message tells the user what to do. */
public final class StackException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  StackException(String message) {
    super(message);
  }

  StackException(String message, Throwable cause) {
    super(message, cause);
  }
}
