package dev.sessioncache.topic;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;

/**
 * A record that can't be used, on its way to the topic of dead letters. Format: docs/topics.md.
 *
 * @param key as it stood in its topic; null when it had none or a very long one
 * @param value as it stood in its topic; null when it had none or a very long one
 * @param headers where it stood, and why it can't be used
 */
public record DeadLetter(byte @Nullable [] key, byte @Nullable [] value, Headers headers) {

  /** A longer value is left out: it would stop the one who reports it. */
  static final int MAX_VALUE_BYTES = 1024 * 1024;

  /** A longer key is left out. */
  static final int MAX_KEY_BYTES = 64 * 1024;

  /** Room for the value, the key and the headers. */
  static final int MAX_LETTER_BYTES = MAX_VALUE_BYTES + 2 * MAX_KEY_BYTES;

  /**
   * Where a record stands.
   *
   * @param stage that can't use it
   */
  public record Place(String stage, String topic, int lane, long offset) {}

  /**
   * @param key as {@link RecordKeys} has read it
   * @param headers of the record, as {@link RecordKeys} has left them
   * @param reason holds nothing of the record's content
   */
  public static DeadLetter of(
      Place place, @Nullable String key, Headers headers, byte @Nullable [] value, String reason) {
    Headers about =
        new RecordHeaders()
            .add("reason", reason.getBytes(UTF_8))
            .add("stage", place.stage().getBytes(UTF_8))
            .add("topic", place.topic().getBytes(UTF_8))
            .add("lane", text(place.lane()))
            .add("offset", text(place.offset()))
            .add("value.bytes", text(value == null ? 0 : value.length));
    return new DeadLetter(
        upTo(MAX_KEY_BYTES, RecordKeys.bytes(key, headers)), upTo(MAX_VALUE_BYTES, value), about);
  }

  /** The same, of a record whose value is to go nowhere. */
  public DeadLetter withoutValue() {
    return new DeadLetter(key, null, headers);
  }

  private static byte @Nullable [] upTo(int limit, byte @Nullable [] bytes) {
    return bytes == null || bytes.length > limit ? null : bytes;
  }

  private static byte[] text(long number) {
    return Long.toString(number).getBytes(UTF_8);
  }
}
