package dev.sessioncache.capture;

import dev.sessioncache.topic.LaneSettings;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What capture is doing, for status and metrics. Thread-safe. */
public final class CaptureProgress {

  /**
   * A moment of it.
   *
   * @param mode standby, baseline or continued
   * @param reason why that mode
   * @param baseline number of the baseline that the stream continues; 0 before it is known
   */
  public record Status(String mode, String reason, int baseline, boolean complete) {}

  private static final Logger log = LoggerFactory.getLogger(CaptureProgress.class);

  private volatile Status status = new Status("standby", "starting", 0, false);
  private volatile boolean started;
  private final Counter changes;
  private final Counter tooLarge;
  private final Counter failures;
  private volatile String lastFailure = "";
  private final AtomicLong batches = new AtomicLong();

  public CaptureProgress(MeterRegistry meters) {
    this.changes =
        Counter.builder("warmer.capture.changes")
            .description("Row changes written to Kafka, baseline rows included")
            .register(meters);
    this.failures =
        Counter.builder("warmer.capture.failures")
            .description("Readings of the log that failed and were started again")
            .register(meters);
    this.tooLarge =
        Counter.builder("warmer.capture.too.large")
            .description("Changes whose row does not fit into a record: their session is uncached")
            .register(meters);
  }

  void standby(String reason) {
    status = new Status("standby", reason, 0, false);
  }

  void started(Continuity continuity) {
    started = true;
    if (continuity instanceof Continuity.NewBaseline baseline) {
      status = new Status("baseline", baseline.reason(), baseline.epoch().baseline(), false);
    } else {
      Continuity.GoOn goOn = (Continuity.GoOn) continuity;
      status =
          new Status(
              "continued",
              "the slot holds all changes since the last stop",
              goOn.from().epoch().baseline(),
              true);
    }
  }

  /** Whether any reading has come so far as to begin a baseline or to go on. */
  boolean hasStarted() {
    return started;
  }

  void failed(String cause) {
    failures.increment();
    lastFailure = cause;
  }

  /** Why the last reading failed, one line without secrets; empty when none has. */
  String lastFailure() {
    return lastFailure;
  }

  /** A row that does not fit into a record; its session is not cached. */
  void rowTooLarge(String table, int bytes) {
    tooLarge.increment();
    log.warn(
        "event=row_too_large table={} bytes={} limit={}",
        table,
        bytes,
        LaneSettings.MAX_VALUE_BYTES);
  }

  void captured(int rows, boolean complete) {
    batches.incrementAndGet();
    changes.increment(rows);
    Status now = status;
    if (complete != now.complete()) {
      status = new Status(now.mode(), now.reason(), now.baseline(), complete);
    }
  }

  boolean isComplete() {
    return status.complete();
  }

  public Status status() {
    return status;
  }

  /** Batches that Kafka has taken, those that held nothing but pulses included. */
  long batches() {
    return batches.get();
  }

  public long rows() {
    return (long) changes.count();
  }
}
