package dev.sessioncache.entries;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.sessioncache.topic.LaneSettings;
import java.io.IOException;

/** Tells a document from what must not reach a reader. */
final class Documents {

  /** A json column may nest and hold numbers as deep and long as Postgres lets it. */
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(LaneSettings.MAX_VALUE_BYTES)
                  .maxNumberLength(LaneSettings.MAX_VALUE_BYTES)
                  .maxStringLength(LaneSettings.MAX_VALUE_BYTES)
                  .maxNameLength(LaneSettings.MAX_VALUE_BYTES)
                  .build())
          .build();

  private Documents() {}

  /** Whether it is one JSON object that fits into a record. */
  static boolean isDocument(byte[] bytes) {
    if (bytes.length > LaneSettings.MAX_VALUE_BYTES) {
      return false;
    }
    try (JsonParser parser = JSON.createParser(bytes)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return false;
      }
      parser.skipChildren();
      return parser.nextToken() == null;
    } catch (IOException e) {
      return false;
    }
  }
}
