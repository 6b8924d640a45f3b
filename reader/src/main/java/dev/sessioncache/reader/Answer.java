package dev.sessioncache.reader;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a validation has found.
 *
 * @param session empty when the token is that of no valid session
 */
public record Answer(Optional<Session> session, Tier tier) {

  static Answer of(@Nullable Session session, Tier tier) {
    return new Answer(Optional.ofNullable(session), tier);
  }
}
