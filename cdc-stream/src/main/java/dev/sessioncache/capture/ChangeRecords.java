package dev.sessioncache.capture;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sessioncache.changes.ChangeFormat;
import dev.sessioncache.changes.ControlRecords;
import dev.sessioncache.changes.Epoch;
import dev.sessioncache.mapping.SessionMapping;
import dev.sessioncache.topic.LaneSettings;
import dev.sessioncache.topic.Lanes;
import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.connect.data.Struct;

/** Turns a change event into records of {@code changes}, each in its lane. */
final class ChangeRecords {

  private final String topic;
  private final Lanes lanes;
  private final SessionMapping mapping;
  private final List<Header> headers;
  private final RowJson json = new RowJson();

  ChangeRecords(LaneSettings settings, SessionMapping mapping, Epoch epoch) {
    this.topic = settings.changesTopic();
    this.lanes = new Lanes(settings.count());
    this.mapping = mapping;
    this.headers =
        List.of(new RecordHeader(ChangeFormat.EPOCH_HEADER, epoch.toString().getBytes(UTF_8)));
  }

  /** The records of a change event's envelope. */
  Stream<ProducerRecord<String, byte[]>> of(Struct envelope) {
    String table = envelope.getStruct("source").getString("table");
    boolean ofSessions = table.equals(mapping.sessions().name().table());
    byte[] value = json.flatten(envelope);
    return switch (envelope.getString("op")) {
      case "t" -> inAllLanes(table, value);
      case "d" -> {
        Struct before = envelope.getStruct("before");
        String id =
            text(
                before,
                ofSessions
                    ? mapping.sessions().primaryKey().name()
                    : mapping.users().primaryKey().name());
        String key = ChangeFormat.rowKey(table, id);
        yield ofSessions
            ? Stream.concat(
                inAllLanes(key, value), lanes.all().mapToObj(lane -> tombstone(lane, key, value)))
            : Stream.of(inLane(lanes.of(id), key, value), tombstone(lanes.of(id), key, value));
      }
      default -> {
        Struct after = envelope.getStruct("after");
        String id =
            text(
                after,
                ofSessions
                    ? mapping.sessions().primaryKey().name()
                    : mapping.users().primaryKey().name());
        String user = ofSessions ? text(after, mapping.sessionUser().name()) : id;
        yield Stream.of(inLane(lanes.of(user), ChangeFormat.rowKey(table, id), value));
      }
    };
  }

  Stream<ProducerRecord<String, byte[]>> of(ControlRecords control) {
    return inAllLanes(control.key(), control.value());
  }

  /**
   * A session without a user is nobody's: it goes to the lane of the empty id and is never live.
   */
  private static String text(Struct row, String column) {
    Object value = row.get(column);
    return value == null ? "" : value.toString();
  }

  private Stream<ProducerRecord<String, byte[]>> inAllLanes(String key, byte[] value) {
    return lanes.all().mapToObj(lane -> inLane(lane, key, value));
  }

  private ProducerRecord<String, byte[]> inLane(int lane, String key, byte[] value) {
    return new ProducerRecord<>(topic, lane, null, key, value, headers);
  }

  /**
   * Lets compaction drop the row. It drops the deletion before it at once, so a consumer that comes
   * later sees only this: it carries the deletion in a header.
   */
  private ProducerRecord<String, byte[]> tombstone(int lane, String key, byte[] deletion) {
    ProducerRecord<String, byte[]> record =
        new ProducerRecord<>(topic, lane, null, key, null, headers);
    record.headers().add(ChangeFormat.DELETION_HEADER, deletion);
    return record;
  }
}
