package dev.sessioncache.capture;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sessioncache.changes.ChangeFormat;
import dev.sessioncache.changes.ChangedRow;
import dev.sessioncache.changes.ControlRecords;
import dev.sessioncache.changes.Epoch;
import dev.sessioncache.changes.HiddenTokens;
import dev.sessioncache.changes.RowJson;
import dev.sessioncache.changes.WrittenTables;
import dev.sessioncache.mapping.Lanes;
import dev.sessioncache.mapping.SessionMapping;
import dev.sessioncache.topic.LaneSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.connect.data.Struct;
import org.jspecify.annotations.Nullable;

/** Turns a change event into records of {@code changes}, each in its lane. */
final class ChangeRecords {

  private final String topic;
  private final Lanes lanes;
  private final WrittenTables tables;
  private final List<Header> headers;
  private final CaptureProgress progress;
  private final SessionLanes sessionLanes;
  private final RowJson json = new RowJson();
  private final HiddenTokens tokens;

  ChangeRecords(
      LaneSettings settings,
      SessionMapping mapping,
      Epoch epoch,
      long term,
      SessionLanes sessionLanes,
      CaptureProgress progress) {
    this.sessionLanes = sessionLanes;
    this.topic = settings.changesTopic();
    this.lanes = new Lanes(settings.count());
    this.tables = WrittenTables.of(mapping);
    this.tokens =
        new HiddenTokens(
            mapping.settings().tokens(), mapping.sessions().name().table(), mapping.token().name());
    this.progress = progress;
    List<Header> named = new ArrayList<>();
    named.add(header(ChangeFormat.EPOCH_HEADER, epoch.toString()));
    named.add(header(ChangeFormat.TERM_HEADER, Long.toString(term)));
    if (mapping.settings().tokens().isHash()) {
      named.add(header(ChangeFormat.TOKEN_HASH_HEADER, tokens.fingerprint()));
    }
    this.headers = List.copyOf(named);
  }

  private static Header header(String name, String text) {
    return new RecordHeader(name, text.getBytes(UTF_8));
  }

  /** The records of a change event's envelope. */
  Stream<ProducerRecord<String, byte[]>> of(Struct event) {
    Struct envelope = tokens.of(event);
    byte[] value = json.flatten(envelope);
    String op = envelope.getString("op");
    if (op.equals("t")) {
      return in(lanes.all(), envelope.getStruct("source").getString("table"), value);
    }
    ChangedRow row = ChangedRow.of(envelope, tables);
    if (op.equals("d")) {
      return Stream.concat(
          in(holders(row), row.key(), value), tombstones(holders(row), row.key(), value));
    }
    if (value.length > LaneSettings.MAX_VALUE_BYTES) {
      progress.rowTooLarge(row.table().name(), value.length);
      value = row.tooLarge(tables, op.equals("r")).value();
    }
    return row.ofSessions()
        ? session(row, value, op.equals("u"))
        : in(holders(row), row.key(), value);
  }

  Stream<ProducerRecord<String, byte[]>> of(ControlRecords control) {
    return in(lanes.all(), control.key(), control.value());
  }

  /** To a session's lane, and a notice to the one that it has left: Postgres sends the new row. */
  private Stream<ProducerRecord<String, byte[]>> session(
      ChangedRow row, byte[] value, boolean update) {
    int lane = lanes.of(row.userOfSession(tables));
    OptionalInt before = sessionLanes.put(row.id(), lane, row.version().lsn());
    Stream<ProducerRecord<String, byte[]>> inItsLane = Stream.of(inLane(lane, row.key(), value));
    if (!update || before.equals(OptionalInt.of(lane))) {
      return inItsLane;
    }
    ControlRecords moved = row.moved();
    IntStream left = before.isPresent() ? IntStream.of(before.getAsInt()) : lanes.all();
    return Stream.concat(
        inItsLane, tombstones(left.filter(other -> other != lane), moved.key(), moved.value()));
  }

  /** The lanes that may hold a row of which only the primary key is known. */
  private IntStream holders(ChangedRow row) {
    return row.ofSessions() ? lanes.all() : IntStream.of(lanes.of(row.id()));
  }

  private Stream<ProducerRecord<String, byte[]>> in(IntStream where, String key, byte[] value) {
    return where.mapToObj(lane -> inLane(lane, key, value));
  }

  private ProducerRecord<String, byte[]> inLane(int lane, String key, byte @Nullable [] value) {
    return new ProducerRecord<>(topic, lane, null, key, value, headers);
  }

  private Stream<ProducerRecord<String, byte[]>> tombstones(
      IntStream where, String key, byte[] change) {
    return where.mapToObj(lane -> tombstone(lane, key, change));
  }

  /**
   * Lets compaction drop the row in that lane. It drops a deletion before it at once, so a consumer
   * that comes later sees only this: it carries what it stands for in a header.
   */
  private ProducerRecord<String, byte[]> tombstone(int lane, String key, byte[] change) {
    ProducerRecord<String, byte[]> record = inLane(lane, key, null);
    record.headers().add(ChangeFormat.TOMBSTONE_HEADER, change);
    return record;
  }
}
