package dev.sessioncache.entries;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sessioncache.guard.StreamPosition;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;

/**
 * Entries as Kafka records: the value is the document and nothing else, a tombstone for a removal;
 * all else sits in headers.
 */
public final class EntryFormat {

  static final String POSITION = "position";
  static final String LIVE_UNTIL = "live-until-ms";
  static final String PRIORITY = "priority-ms";
  static final String COMMITTED_AT = "committed-at-us";
  static final String PULSE_AT = "pulse-at-ms";
  static final String FLOOR = "floor";
  static final String PUBLISHING = "publishing";

  /** No Redis key starts with it: key templates hold no control characters. */
  static final String PULSE_KEY = "\u0001pulse";

  private EntryFormat() {}

  /** The record key. */
  public static String key(Entry entry) {
    if (entry instanceof Entry.Put put) {
      return put.key();
    }
    return entry instanceof Entry.Removal removal ? removal.key() : PULSE_KEY;
  }

  /** Writes the headers and yields the value. */
  public static Serializer<Entry.InLane> serializer() {
    return new Serializer<>() {
      @Override
      public byte[] serialize(String topic, Entry.InLane value) {
        throw new UnsupportedOperationException("entries need their headers");
      }

      @Override
      public byte @Nullable [] serialize(String topic, Headers headers, Entry.InLane value) {
        return write(headers, value.entry());
      }
    };
  }

  private static byte @Nullable [] write(Headers headers, Entry entry) {
    for (Header header : headers.toArray()) { // of the change that caused the entry
      headers.remove(header.key());
    }
    if (entry instanceof Entry.Put put) {
      add(headers, POSITION, put.position());
      add(headers, LIVE_UNTIL, Long.toString(put.liveUntilMillis()));
      add(headers, PRIORITY, Long.toString(Math.round(put.priority())));
      add(headers, COMMITTED_AT, Long.toString(put.committedAtMicros()));
      return put.document();
    }
    if (entry instanceof Entry.Removal removal) {
      add(headers, POSITION, removal.position());
      add(headers, COMMITTED_AT, Long.toString(removal.committedAtMicros()));
      return null;
    }
    if (entry instanceof Entry.Publishing publishing) {
      add(headers, PULSE_AT, Long.toString(publishing.atMillis()));
      add(headers, PUBLISHING, "true");
      return new byte[] {};
    }
    Entry.Pulse pulse = (Entry.Pulse) entry;
    add(headers, PULSE_AT, Long.toString(pulse.atMillis()));
    if (pulse.floor() != null) {
      add(headers, FLOOR, pulse.floor());
    }
    return new byte[] {};
  }

  private static void add(Headers headers, String name, String value) {
    headers.add(name, value.getBytes(UTF_8));
  }

  /** Reads a record; one that is not in the format becomes {@link Entry.Unreadable}. */
  public static Entry read(ConsumerRecord<String, byte[]> record) {
    String key = record.key();
    if (key == null) {
      return new Entry.Unreadable(null, "no key");
    }
    try {
      if (key.equals(PULSE_KEY)) {
        return pulse(record.headers());
      }
      String position = StreamPosition.requireEncoded(text(record.headers(), POSITION));
      long committedAt = number(record.headers(), COMMITTED_AT);
      byte[] document = record.value();
      if (document != null && !Documents.isDocument(document)) {
        return new Entry.Unreadable(key, "the value is not a document");
      }
      return document == null
          ? new Entry.Removal(key, position, committedAt)
          : new Entry.Put(
              key,
              position,
              document,
              number(record.headers(), LIVE_UNTIL),
              priority(record.headers()),
              committedAt);
    } catch (IllegalArgumentException e) {
      return new Entry.Unreadable(key, "a header is missing or malformed");
    }
  }

  /**
   * Until when a put lives, ms since 1970, without a look at its document; empty for all other
   * records.
   */
  public static OptionalLong liveUntilMillis(ConsumerRecord<String, byte[]> record) {
    Header header = record.value() == null ? null : record.headers().lastHeader(LIVE_UNTIL);
    try {
      return header == null
          ? OptionalLong.empty()
          : OptionalLong.of(Long.parseLong(new String(header.value(), UTF_8)));
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  private static Entry pulse(Headers headers) {
    if (headers.lastHeader(PUBLISHING) != null) {
      return new Entry.Publishing(number(headers, PULSE_AT));
    }
    String floor =
        headers.lastHeader(FLOOR) == null
            ? null
            : StreamPosition.requireEncoded(text(headers, FLOOR));
    return new Entry.Pulse(number(headers, PULSE_AT), floor);
  }

  /** Entries of older versions have none: these come last. */
  private static double priority(Headers headers) {
    return headers.lastHeader(PRIORITY) == null ? 0 : number(headers, PRIORITY);
  }

  private static String text(Headers headers, String name) {
    Header header = headers.lastHeader(name);
    if (header == null || header.value() == null) {
      throw new IllegalArgumentException(name);
    }
    return new String(header.value(), UTF_8);
  }

  private static long number(Headers headers, String name) {
    return Long.parseLong(text(headers, name));
  }
}
