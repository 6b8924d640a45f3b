package dev.sessioncache.capture;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sessioncache.changes.ChangeFormat;
import dev.sessioncache.changes.ControlRecords;
import dev.sessioncache.changes.Epoch;
import dev.sessioncache.command.OperationException;
import dev.sessioncache.guard.RowVersion;
import dev.sessioncache.guard.TransactionId;
import dev.sessioncache.mapping.SessionMapping;
import dev.sessioncache.topic.LaneSettings;
import dev.sessioncache.topic.Lanes;
import java.util.List;
import java.util.stream.IntStream;
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
  private final CaptureProgress progress;
  private final RowJson json = new RowJson();

  ChangeRecords(
      LaneSettings settings,
      SessionMapping mapping,
      Epoch epoch,
      long term,
      CaptureProgress progress) {
    this.topic = settings.changesTopic();
    this.lanes = new Lanes(settings.count());
    this.mapping = mapping;
    this.progress = progress;
    this.headers =
        List.of(
            new RecordHeader(ChangeFormat.EPOCH_HEADER, epoch.toString().getBytes(UTF_8)),
            new RecordHeader(ChangeFormat.TERM_HEADER, Long.toString(term).getBytes(UTF_8)));
  }

  /** The records of a change event's envelope. */
  Stream<ProducerRecord<String, byte[]>> of(Struct envelope) {
    Struct source = envelope.getStruct("source");
    String table = source.getString("table");
    byte[] value = json.flatten(envelope);
    String op = envelope.getString("op");
    if (op.equals("t")) {
      return inAllLanes(table, value);
    }
    boolean deleted = op.equals("d");
    boolean ofSessions = table.equals(mapping.sessions().name().table());
    String idColumn = (ofSessions ? mapping.sessions() : mapping.users()).primaryKey().name();
    Struct row = envelope.getStruct(deleted ? "before" : "after");
    String id = text(row, idColumn);
    if (deleted && id.isEmpty()) {
      throw new OperationException(
          "a deletion in "
              + table
              + " does not tell its "
              + idColumn
              + ": set REPLICA IDENTITY DEFAULT, drop our replication slot and start again");
    }
    String key = ChangeFormat.rowKey(table, id);
    boolean tooLarge = value.length > LaneSettings.MAX_VALUE_BYTES;
    if (tooLarge) {
      progress.rowTooLarge(table, value.length);
      value = tooLarge(source, idColumn, id, op).value();
    }
    if (ofSessions && !deleted && !tooLarge) {
      return Stream.of(inLane(lanes.of(text(row, mapping.sessionUser().name())), key, value));
    }
    Stream<ProducerRecord<String, byte[]>> written =
        ofSessions ? inAllLanes(key, value) : Stream.of(inLane(lanes.of(id), key, value));
    return deleted ? Stream.concat(written, tombstones(ofSessions, id, key, value)) : written;
  }

  /** A session's former lane must hear of it too, and only that lane knows that it is one. */
  private static ControlRecords tooLarge(Struct source, String idColumn, String id, String op) {
    long lsn = op.equals("r") ? 0 : source.getInt64("lsn");
    RowVersion version = new RowVersion(lsn, TransactionId.of(source.getInt64("txId")));
    return ControlRecords.tooLarge(
        source.getString("table"), idColumn, id, version, source.getInt64("ts_us"));
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
   * Let compaction drop the row. It drops the deletion before them at once, so a consumer that
   * comes later sees only these: they carry the deletion in a header.
   */
  private Stream<ProducerRecord<String, byte[]>> tombstones(
      boolean ofSessions, String id, String key, byte[] deletion) {
    IntStream where = ofSessions ? lanes.all() : IntStream.of(lanes.of(id));
    return where.mapToObj(
        lane -> {
          ProducerRecord<String, byte[]> record =
              new ProducerRecord<>(topic, lane, null, key, null, headers);
          record.headers().add(ChangeFormat.DELETION_HEADER, deletion);
          return record;
        });
  }
}
