package dev.sessioncache.demo.traffic;

import java.time.Instant;
import java.util.UUID;

/**
 * A session as its user knows it. Its text leaves out the token, which is a secret.
 *
 * @param id the row
 * @param token what the user sends
 * @param userId whose session it is
 * @param expiresAt when it ends by itself
 */
record SessionRef(UUID id, String token, UUID userId, Instant expiresAt) {

  @Override
  public String toString() {
    return "session " + id;
  }
}
