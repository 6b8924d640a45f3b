package dev.sessioncache.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** The records that the programs leave for each other in Redis: small objects of JSON. */
public final class FlatJson {

  private FlatJson() {}

  /**
   * The texts of all scalars by <a href="https://www.rfc-editor.org/rfc/rfc6901">JSON pointer</a>;
   * none when the text is no JSON.
   */
  public static Map<String, String> read(byte[] text) {
    Map<String, String> fields = new LinkedHashMap<>();
    try (JsonParser parser = new JsonFactory().createParser(text)) {
      while (parser.nextToken() != null) {
        if (parser.currentToken().isScalarValue()) {
          fields.put(parser.getParsingContext().pathAsPointer().toString(), parser.getText());
        }
      }
      return fields;
    } catch (IOException e) {
      return Map.of();
    }
  }
}
