package dev.sessioncache.capture;

import dev.sessioncache.topic.LaneSettings;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Optional;
import java.util.OptionalLong;
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
   * @param term in which it captures; of two that think they do, that of the higher one counts
   */
  public record Status(String mode, String reason, int baseline, boolean complete, long term) {}

  /** The mode of one that does not read the slot. */
  static final String STANDBY = "standby";

  private static final String ANOTHER_CAPTURES = "another instance captures";

  private static final Logger log = LoggerFactory.getLogger(CaptureProgress.class);

  private volatile Status status = new Status(STANDBY, "starting", 0, false, 0);
  private volatile boolean started;
  private final Counter changes;
  private final Counter tooLarge;
  private final Counter failures;
  private volatile String lastFailure = "";
  private volatile double retainedBytes = Double.NaN;
  private volatile long watermarkMillis;
  private final AtomicLong batches = new AtomicLong();
  private final AtomicLong standsBy = new AtomicLong();
  private final CaptureOutages outages = new CaptureOutages();

  public CaptureProgress(MeterRegistry meters) {
    this.changes =
        Counter.builder("warmer.capture.changes")
            .description("Row changes written to Kafka, baseline rows included")
            .register(meters);
    this.failures =
        Counter.builder("warmer.capture.failures")
            .description("Readings of the log that failed and were started again")
            .register(meters);
    Gauge.builder("warmer.capture.active", this, progress -> progress.isActive() ? 1 : 0)
        .description("1 while this instance reads the slot, 0 while it stands by")
        .register(meters);
    Gauge.builder("warmer.capture.slot.retained", this, progress -> progress.retainedBytes)
        .description("Log that Postgres keeps for the slot; NaN where it is not read")
        .baseUnit("bytes")
        .register(meters);
    this.tooLarge =
        Counter.builder("warmer.capture.too.large")
            .description("Changes whose row does not fit into a record: their session is uncached")
            .register(meters);
  }

  /** The slot is not ours yet. */
  void waits(String reason) {
    status = new Status(STANDBY, reason, 0, false, 0);
    retainedBytes = Double.NaN;
    watermarkMillis = 0;
  }

  /** Another instance captures, and Postgres has just told us so. */
  void standsBy() {
    outages.postgresAnswered();
    outages.forgetKafka();
    waits(ANOTHER_CAPTURES);
    standsBy.incrementAndGet();
  }

  /** How often Postgres has told us that another instance captures. */
  long timesStoodBy() {
    return standsBy.get();
  }

  /** Whether this one reads the slot. */
  boolean isActive() {
    return !status.mode().equals(STANDBY);
  }

  void started(Continuity continuity, long term) {
    started = true;
    if (continuity instanceof Continuity.NewBaseline baseline) {
      status = new Status("baseline", baseline.reason(), baseline.epoch().baseline(), false, term);
    } else {
      Continuity.GoOn goOn = (Continuity.GoOn) continuity;
      status =
          new Status(
              "continued",
              "the slot holds all changes since the last stop",
              goOn.from().epoch().baseline(),
              true,
              term);
    }
  }

  /** Postgres keeps so much of its log for the slot. */
  void retained(long bytes) {
    retainedBytes = bytes;
  }

  /** Log that Postgres keeps for the slot; empty where it is not read. */
  public OptionalLong retainedBytes() {
    double bytes = retainedBytes;
    return Double.isNaN(bytes) ? OptionalLong.empty() : OptionalLong.of((long) bytes);
  }

  /** Kafka has taken a pulse, and all that was committed before it was sent. */
  void pulse(long atMillis) {
    watermarkMillis = atMillis;
  }

  /** When that pulse was sent, ms since 1970; empty where none was captured here. */
  public OptionalLong watermarkMillis() {
    long at = watermarkMillis;
    return at == 0 ? OptionalLong.empty() : OptionalLong.of(at);
  }

  /** Why capture does not do its work; empty while it does, or stands by for one that does. */
  public Optional<String> whyNotReady() {
    Status now = status;
    return !now.mode().equals(STANDBY) || now.reason().equals(ANOTHER_CAPTURES)
        ? Optional.empty()
        : Optional.of(now.reason());
  }

  /** Whether any reading has come so far as to begin a baseline or to go on. */
  boolean hasStarted() {
    return started;
  }

  /**
   * A reading has failed.
   *
   * @param away the server that is waited for, if one is
   */
  void failed(String cause, Optional<String> away) {
    failures.increment();
    lastFailure = cause;
    waits(away.map(server -> server + " is away").orElse("starting again"));
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

  /** Kafka has taken so many changes, which Postgres has sent: both are there. */
  void captured(int rows, boolean complete) {
    outages.postgresAnswered();
    outages.kafkaAnswered();
    batches.incrementAndGet();
    changes.increment(rows);
    Status now = status;
    if (complete != now.complete()) {
      status = new Status(now.mode(), now.reason(), now.baseline(), complete, now.term());
    }
  }

  /** What is known of the servers. */
  CaptureOutages outages() {
    return outages;
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
