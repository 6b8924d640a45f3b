package dev.sessioncache.endtoend;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One committed change of a row.
 *
 * @param version rises along the history of the row
 * @param live false once revoked, banned or gone; expiry is not looked at
 * @param token of a session; null for a user
 * @param userId of a session; null for a user
 * @param document the row's part of the cached document; null when the row is gone
 * @param committedMillis by the clock of Postgres, which is that of this machine
 */
record LedgerEntry(
    long version,
    Source source,
    UUID rowId,
    String op,
    boolean live,
    @Nullable String token,
    @Nullable UUID userId,
    @Nullable JsonNode document,
    long committedMillis) {

  enum Source {
    SESSIONS,
    USERS
  }

  boolean gone() {
    return document == null;
  }

  @Override
  public String toString() {
    return "version %d %s %s %s live=%s token=%s user=%s committed=%d %s"
        .formatted(version, source, rowId, op, live, token, userId, committedMillis, document);
  }
}
