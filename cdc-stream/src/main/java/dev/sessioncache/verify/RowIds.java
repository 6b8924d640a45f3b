package dev.sessioncache.verify;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.sessioncache.mapping.SessionMapping;
import java.io.IOException;
import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Reads of cached documents which row each is of: of a key whose token is hashed nothing tells. */
final class RowIds {

  private final JsonFactory json = new JsonFactory();
  private final String column;

  RowIds(SessionMapping mapping) {
    this.column = mapping.sessions().primaryKey().name();
  }

  /** The primary keys in values; those of what is no document are not known. */
  Set<String> of(Collection<Held> values) {
    Set<String> ids = new TreeSet<>();
    for (Held held : values) {
      byte[] value = held.value();
      if (value != null) {
        of(value).ifPresent(ids::add);
      }
    }
    return ids;
  }

  private Optional<String> of(byte[] value) {
    try (JsonParser parser = json.createParser(value)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return Optional.empty();
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        boolean isId = parser.currentName().equals(column);
        JsonToken content = parser.nextToken();
        if (isId) {
          return content.isScalarValue() && content != JsonToken.VALUE_NULL
              ? Optional.of(parser.getText())
              : Optional.empty();
        }
        parser.skipChildren();
      }
      return Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
