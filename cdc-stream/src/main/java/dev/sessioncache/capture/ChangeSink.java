package dev.sessioncache.capture;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sessioncache.changes.ControlRecords;
import dev.sessioncache.guard.TransactionId;
import io.debezium.engine.DebeziumEngine;
import io.debezium.engine.RecordChangeEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes batches of change events to Kafka. A batch is confirmed to Postgres only after Kafka has
 * acknowledged all of it and the new position has been written down. Called from the engine's
 * thread only, but for what is asked of it.
 */
final class ChangeSink implements DebeziumEngine.ChangeConsumer<RecordChangeEvent<SourceRecord>> {

  private static final Logger log = LoggerFactory.getLogger(ChangeSink.class);

  /** Log positions in a source offset, see {@code PostgresOffsetContext}. */
  private static final List<String> LSN_KEYS = List.of("lsn", "lsn_proc", "lsn_commit");

  /** See {@code PostgresStreamingChangeEventSource.commitOffset}. */
  private static final List<String> COMMIT_LSN_KEY = List.of("lsn_commit");

  private final ObjectMapper json = new ObjectMapper();
  private final Producer<String, byte[]> producer;
  private final ChangeRecords records;
  private final CaptureLog captureLog;
  private final CaptureProgress progress;
  private final Consumer<CaptureRecord> baselineProof;
  private final Announcement announcement;
  private CaptureRecord position;
  private boolean announced;
  private volatile long writtenLsn;
  private volatile long lastCommitLsn;

  private volatile boolean busy;

  /** Of the batch under way, or of the last. */
  private volatile AcknowledgedWrites writes;

  /**
   * @param baselineProof is given the position of a baseline's rows before the first change behind
   *     them is sent; throws when there may be a hole in between
   */
  ChangeSink(
      Producer<String, byte[]> producer,
      ChangeRecords records,
      CaptureLog captureLog,
      CaptureProgress progress,
      Consumer<CaptureRecord> baselineProof,
      CaptureRecord position) {
    this.producer = producer;
    this.records = records;
    this.captureLog = captureLog;
    this.progress = progress;
    this.baselineProof = baselineProof;
    this.announcement = new Announcement(producer, records, captureLog);
    this.writes = new AcknowledgedWrites(producer);
    this.position = position;
  }

  /**
   * Announces the baseline whose rows are about to come. The slot is gone by now, so nothing that a
   * former capture sends can be confirmed any more.
   */
  void beginBaseline() throws InterruptedException {
    announce();
    announcement.baseline();
  }

  private void announce() throws InterruptedException {
    if (!announced) {
      announcement.term(position);
      announced = true;
    }
  }

  /**
   * Highest log position that has been written to Kafka and may have been confirmed; 0 at first.
   */
  long writtenLsn() {
    return writtenLsn;
  }

  /** The last commit in what has been written, which Debezium confirms; 0 at first. */
  long lastCommitLsn() {
    return lastCommitLsn;
  }

  /** Whether a batch is being written: then the engine waits for Kafka, not for Postgres. */
  boolean isBusy() {
    return busy;
  }

  /** For how long Kafka owes us an answer, by any thread; zero when it owes none. */
  Duration waitingForKafka() {
    Duration announcing = announcement.waitingFor();
    return announcing.isZero() ? writes.waitingFor() : announcing;
  }

  @Override
  public void handleBatch(
      List<RecordChangeEvent<SourceRecord>> events,
      DebeziumEngine.RecordCommitter<RecordChangeEvent<SourceRecord>> committer)
      throws InterruptedException {
    busy = true;
    try {
      write(events, committer);
    } finally {
      busy = false;
    }
  }

  private void write(
      List<RecordChangeEvent<SourceRecord>> events,
      DebeziumEngine.RecordCommitter<RecordChangeEvent<SourceRecord>> committer)
      throws InterruptedException {
    announce();
    writes = new AcknowledgedWrites(producer);
    int rows = 0;
    long pulseMillis = 0;
    for (RecordChangeEvent<SourceRecord> event : events) {
      Struct envelope = (Struct) event.record().value();
      String op = envelope.getString("op");
      if (!op.equals("r") && !position.complete()) {
        endBaseline(envelope);
      }
      if (op.equals("m")) {
        writes.await(); // a pulse proves that what stands before it has arrived
        JsonNode pulse = pulse(envelope);
        pulseMillis = pulse.required("at_ms").asLong();
        writes.send(
            records.of(ControlRecords.pulse(pulseMillis, pulse.required("complete").asBoolean())));
      } else {
        writes.send(records.of(envelope));
        rows++;
      }
      position = position.upTo(lsn(event.record().sourceOffset(), LSN_KEYS));
    }
    writes.send(Stream.of(captureLog.write(position)));
    writes.await();
    committer.markProcessed(events.get(events.size() - 1)); // all are of one source partition
    committer.markBatchFinished();
    writtenLsn = position.lsn();
    lastCommitLsn = lsn(events.get(events.size() - 1).record().sourceOffset(), COMMIT_LSN_KEY);
    progress.captured(rows, position.complete());
    if (pulseMillis > 0) {
      progress.pulse(pulseMillis);
    }
  }

  /**
   * The first event that is no baseline row: the baseline is complete once all before it is in
   * Kafka. A snapshot that sees the event's transaction is newer than the baseline, any other may
   * be older.
   */
  private void endBaseline(Struct firstChange) throws InterruptedException {
    baselineProof.accept(position);
    TransactionId transaction = TransactionId.of(firstChange.getStruct("source").getInt64("txId"));
    writes.send(records.of(ControlRecords.baselineEnd(transaction)));
    writes.await();
    position = position.completed();
    log.info("event=baseline_complete epoch={} rows={}", position.epoch(), progress.rows());
  }

  private JsonNode pulse(Struct envelope) {
    try {
      return json.readTree(envelope.getStruct("message").getBytes("content"));
    } catch (IOException e) {
      throw new UncheckedIOException(
          "a pulse is malformed: does somebody else use our message prefix?", e);
    }
  }

  private static long lsn(Map<String, ?> offset, List<String> keys) {
    return keys.stream()
        .map(offset::get)
        .filter(Number.class::isInstance)
        .mapToLong(number -> ((Number) number).longValue())
        .max()
        .orElse(0);
  }
}
