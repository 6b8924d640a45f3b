package dev.sessioncache.connect;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sessioncache.changes.ChangeFormat;
import dev.sessioncache.changes.ControlRecords;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/**
 * A record of {@code changes} in its lane.
 *
 * @param value null for a tombstone
 */
record Placed(String topic, int lane, String key, byte @Nullable [] value, ConnectHeaders headers) {

  static Placed of(String topic, int lane, String key, byte[] value) {
    return new Placed(topic, lane, key, value, new ConnectHeaders());
  }

  static Placed of(String topic, int lane, ControlRecords record) {
    return of(topic, lane, record.key(), record.value());
  }

  /** Lets compaction drop the row in its lane, and carries the change that it stands for. */
  static Placed tombstone(String topic, int lane, String key, byte[] change) {
    ConnectHeaders headers = new ConnectHeaders();
    headers.add(ChangeFormat.TOMBSTONE_HEADER, bytes(change));
    return new Placed(topic, lane, key, null, headers);
  }

  /** The same, with one header more. */
  Placed with(String header, String text) {
    ConnectHeaders named = new ConnectHeaders(headers);
    named.add(header, bytes(text.getBytes(UTF_8)));
    return new Placed(topic, lane, key, value, named);
  }

  private static SchemaAndValue bytes(byte[] value) {
    return new SchemaAndValue(Schema.BYTES_SCHEMA, value);
  }

  SourceRecord instead(SourceRecord record) {
    return record.newRecord(
        topic,
        lane,
        Schema.STRING_SCHEMA,
        key,
        Schema.OPTIONAL_BYTES_SCHEMA,
        value,
        record.timestamp(),
        headers);
  }
}
