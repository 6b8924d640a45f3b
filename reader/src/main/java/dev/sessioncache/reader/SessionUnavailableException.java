package dev.sessioncache.reader;

import org.jspecify.annotations.Nullable;

/**
 * Nobody could tell whether the session is valid: Postgres does not answer, or too many wait for
 * it. Not a reason to log a user out; an application answers with 503, or asks again.
 */
public final class SessionUnavailableException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  SessionUnavailableException(String message) {
    super(message);
  }

  SessionUnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
