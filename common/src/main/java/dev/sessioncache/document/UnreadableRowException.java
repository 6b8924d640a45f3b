package dev.sessioncache.document;

/**
 * A row that can't become a document. The session concerned is not cached; the message holds no
 * value of it, and there is no cause: the parsers quote what they can't read.
 */
public final class UnreadableRowException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  public UnreadableRowException(String message) {
    super(message);
  }
}
