package dev.sessioncache.reader;

import java.time.Instant;

/**
 * A session as a cache holds it.
 *
 * @param lane that has to prove it
 */
record CachedSession(Session session, Watermarks.Lane lane) {

  boolean isOver(Instant now) {
    return !session.expiresAt().isAfter(now);
  }
}
