package dev.sessioncache.endtoend;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.util.UUID;

/**
 * A cached document and the row versions that it tells.
 *
 * @param expiresMillis when the session ends by itself
 */
record Seen(
    UUID session,
    long sessionVersion,
    UUID user,
    long userVersion,
    long expiresMillis,
    JsonNode document) {

  private static final ObjectMapper JSON = new ObjectMapper();

  static Seen parse(String value) {
    try {
      JsonNode document = JSON.readTree(value);
      String email = document.required("user").required("email").asText();
      return new Seen(
          UUID.fromString(document.required("id").asText()),
          document.required("request_count").asLong(),
          UUID.fromString(document.required("user_id").asText()),
          Long.parseLong(email.substring(0, email.indexOf('@'))),
          Instant.parse(document.required("expires_at").asText()).toEpochMilli(),
          document);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("a cached value is no document: " + value, e);
    }
  }

  @Override
  public String toString() {
    return "session %s version %d, user %s version %d"
        .formatted(session, sessionVersion, user, userVersion);
  }
}
