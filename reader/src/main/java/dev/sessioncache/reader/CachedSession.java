package dev.sessioncache.reader;

import java.time.Instant;

/**
 * A session as a cache holds it.
 *
 * @param lane that has to prove it, or {@link Watermarks#ANY_LANE}
 */
record CachedSession(Session session, int lane) {

  boolean isOver(Instant now) {
    return !session.expiresAt().isAfter(now);
  }
}
