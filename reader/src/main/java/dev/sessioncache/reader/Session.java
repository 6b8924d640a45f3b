package dev.sessioncache.reader;

import java.time.Instant;

/**
 * A valid session.
 *
 * @param json its document: {@code docs/redis-keys.md} says what is in it
 * @param expiresAt after which it is not valid any more
 */
public record Session(String json, Instant expiresAt) {

  /** Leaves out the document: it is about a person. */
  @Override
  public String toString() {
    return "Session[expiresAt=" + expiresAt + "]";
  }
}
