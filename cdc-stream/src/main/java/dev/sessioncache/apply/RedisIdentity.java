package dev.sessioncache.apply;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which Redis it is that we write to: another one, or one that was emptied, has another identity.
 * Kept in the metadata of the committed offset of every lane that is whole in it.
 *
 * @param generation see {@link dev.sessioncache.guard.Generation}
 * @param runId of the server process; {@code -} when we may not know it
 */
record RedisIdentity(String generation, String runId) {

  static Optional<RedisIdentity> parse(@Nullable String text) {
    String[] parts = text == null ? new String[0] : text.split(" ", -1);
    return parts.length == 2 && !parts[0].isEmpty()
        ? Optional.of(new RedisIdentity(parts[0], parts[1]))
        : Optional.empty();
  }

  String encode() {
    return generation + " " + runId;
  }
}
