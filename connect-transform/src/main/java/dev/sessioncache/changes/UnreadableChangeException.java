package dev.sessioncache.changes;

import org.jspecify.annotations.Nullable;

/**
 * A record of {@code changes} that is not in its format. The message holds nothing of its content.
 */
public class UnreadableChangeException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String reason;

  public UnreadableChangeException(String message) {
    this(message, null);
  }

  UnreadableChangeException(String message, @Nullable Throwable cause) {
    super(message, cause);
    this.reason = message;
  }

  /** The message, which there always is. */
  public String reason() {
    return reason;
  }
}
