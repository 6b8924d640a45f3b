package dev.sessioncache.demo.check;

import java.util.UUID;

/**
 * What Postgres says about a session at the moment of the query. A session that is about to expire
 * or to leave the window is neither required nor dead. Its text leaves out token and document.
 *
 * @param id the row
 * @param token what its key ends with
 * @param required live, of the budget, and not about to end
 * @param dead not live, and for long enough that the cache must have noticed
 * @param millisLeft until it expires
 * @param document the value that Redis must hold, if any
 */
record ExpectedSession(
    UUID id, String token, boolean required, boolean dead, long millisLeft, String document) {

  @Override
  public String toString() {
    return "session " + id;
  }
}
