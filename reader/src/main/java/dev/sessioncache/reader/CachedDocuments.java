package dev.sessioncache.reader;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.sessioncache.command.OperationException;
import dev.sessioncache.document.Timestamps;
import dev.sessioncache.mapping.MappingSettings;
import java.io.IOException;
import java.time.DateTimeException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads of a cached document what a validation needs. Thread-safe. */
final class CachedDocuments {

  private final JsonFactory json = new JsonFactory();
  private final String expires;
  private final String user;

  /**
   * @throws OperationException when the document does not say when a session ends
   */
  CachedDocuments(MappingSettings mapping) {
    if (!mapping.documentSession().contains(mapping.sessionExpires())) {
      throw new OperationException(
          "document.session must hold "
              + mapping.sessionExpires()
              + ": by it a reader knows when a cached session ends");
    }
    this.expires = mapping.sessionExpires();
    this.user = mapping.sessionUser();
  }

  /**
   * Empty for a value that is no document of ours. It is read as far as is needed: Redis holds it
   * whole, and no name is in it twice.
   */
  Optional<CachedSession> read(byte[] value, Watermarks watermarks) {
    String expiresAt = null;
    String userId = null;
    try (JsonParser parser = json.createParser(value)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return Optional.empty();
      }
      while ((expiresAt == null || userId == null) && parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        if (parser.nextToken().isStructStart()) {
          parser.skipChildren();
        } else if (name.equals(expires)) {
          expiresAt = text(parser);
        } else if (name.equals(user)) {
          userId = text(parser);
        }
      }
      return expiresAt == null
          ? Optional.empty()
          : Optional.of(
              new CachedSession(
                  new Session(new String(value, UTF_8), Timestamps.instant(expiresAt)),
                  watermarks.laneOf(userId)));
    } catch (IOException | DateTimeException e) {
      return Optional.empty();
    }
  }

  private static @Nullable String text(JsonParser parser) throws IOException {
    return parser.currentToken() == JsonToken.VALUE_NULL ? null : parser.getText();
  }
}
