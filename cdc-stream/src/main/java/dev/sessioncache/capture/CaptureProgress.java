package dev.sessioncache.capture;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

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

  private volatile Status status = new Status("standby", "starting", 0, false);
  private final Counter changes;

  public CaptureProgress(MeterRegistry meters) {
    this.changes =
        Counter.builder("warmer.capture.changes")
            .description("Row changes written to Kafka, baseline rows included")
            .register(meters);
  }

  void standby(String reason) {
    status = new Status("standby", reason, 0, false);
  }

  void started(Continuity continuity) {
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

  void captured(int rows, boolean complete) {
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

  public long rows() {
    return (long) changes.count();
  }
}
