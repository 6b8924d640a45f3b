package dev.sessioncache.capture;

import dev.sessioncache.changes.ControlRecords;
import java.time.Duration;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.Producer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells every lane that a capture, or a baseline, begins. Used by one thread. */
final class Announcement {

  private static final Logger log = LoggerFactory.getLogger(Announcement.class);

  private final ChangeRecords records;
  private final CaptureLog captureLog;
  private final AcknowledgedWrites writes;

  Announcement(Producer<String, byte[]> producer, ChangeRecords records, CaptureLog captureLog) {
    this.records = records;
    this.captureLog = captureLog;
    this.writes = new AcknowledgedWrites(producer);
  }

  /**
   * Announces the term: from then on the lanes ignore what is left of a former capture. Not before
   * the slot is ours, or the former one could still confirm a change that the lanes have ignored.
   */
  void term(CaptureRecord position) throws InterruptedException {
    writes.send(Stream.of(captureLog.write(position)));
    writes.await(); // our successor must learn of our term before a lane does
    writes.send(records.of(ControlRecords.term()));
    writes.await();
    log.info("event=capture_announced epoch={} term={}", position.epoch(), position.term());
  }

  /** Announces, in that term, that all rows follow anew. */
  void baseline() throws InterruptedException {
    writes.send(records.of(ControlRecords.baselineBegin()));
    writes.await();
  }

  /** For how long Kafka owes an answer, by any thread; zero when it owes none. */
  Duration waitingFor() {
    return writes.waitingFor();
  }
}
