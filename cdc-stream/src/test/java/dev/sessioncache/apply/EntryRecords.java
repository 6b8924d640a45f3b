package dev.sessioncache.apply;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sessioncache.entries.Entry;
import dev.sessioncache.entries.EntryFormat;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.Serializer;

/** Records of {@code entries} as project writes them. */
public final class EntryRecords {

  private EntryRecords() {}

  /** A session that stays live for an hour; the number is its log position. */
  public static Entry put(String key, int number) {
    long liveUntil = Instant.now().plus(Duration.ofHours(1)).toEpochMilli();
    return new Entry.Put(
        key, position(number), document(number).getBytes(UTF_8), liveUntil, number, 1);
  }

  public static Entry removal(String key, int number) {
    return new Entry.Removal(key, position(number), 1);
  }

  public static String document(int number) {
    return "{\"number\":" + number + "}";
  }

  public static String position(int number) {
    return "s:00000001:00000001:%016X:0000000000000000:000002D0:000002BC".formatted(number);
  }

  public static ProducerRecord<String, byte[]> produced(String topic, int lane, Entry entry) {
    Headers headers = new RecordHeaders();
    try (Serializer<Entry.InLane> serializer = EntryFormat.serializer()) {
      byte[] value = serializer.serialize(topic, headers, new Entry.InLane(lane, entry));
      return new ProducerRecord<>(topic, lane, null, EntryFormat.key(entry), value, headers);
    }
  }

  public static ConsumerRecord<String, byte[]> consumed(
      String topic, int lane, long offset, Entry entry) {
    ProducerRecord<String, byte[]> record = produced(topic, lane, entry);
    return new ConsumerRecord<>(
        topic,
        lane,
        offset,
        System.currentTimeMillis(),
        TimestampType.CREATE_TIME,
        0,
        0,
        record.key(),
        record.value(),
        record.headers(),
        Optional.empty());
  }
}
