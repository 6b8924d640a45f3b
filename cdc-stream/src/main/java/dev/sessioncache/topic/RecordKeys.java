package dev.sessioncache.topic;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads record keys, which are UTF-8 text. One that is not becomes null, so that nobody takes a
 * guess for a key; its bytes stay with the record in a header of our own.
 */
public final class RecordKeys implements Deserializer<String> {

  private static final String NO_TEXT = "warmer.key";

  @Override
  public @Nullable String deserialize(String topic, byte @Nullable [] data) {
    throw new UnsupportedOperationException("keys need the record's headers");
  }

  @Override
  public @Nullable String deserialize(String topic, Headers headers, byte @Nullable [] data) {
    if (data == null) {
      return null;
    }
    try {
      return UTF_8.newDecoder().decode(ByteBuffer.wrap(data)).toString();
    } catch (CharacterCodingException e) {
      headers.remove(NO_TEXT).add(NO_TEXT, data);
      return null;
    }
  }

  /** The key as it stands in Kafka. */
  static byte @Nullable [] bytes(@Nullable String key, Headers headers) {
    if (key != null) {
      return key.getBytes(UTF_8);
    }
    Header noText = headers.lastHeader(NO_TEXT);
    return noText == null ? null : noText.value();
  }
}
