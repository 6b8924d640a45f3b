package dev.sessioncache.app;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sessioncache.apply.ApplyProgress;
import dev.sessioncache.capture.CaptureProgress;
import dev.sessioncache.project.ProjectProgress;
import io.micrometer.core.instrument.distribution.HistogramSnapshot;
import io.micrometer.core.instrument.distribution.ValueAtPercentile;
import java.util.concurrent.TimeUnit;

/** The status records of the stages, as docs/redis-keys.md has them. */
final class Statuses {

  private Statuses() {}

  static ObjectNode of(CaptureProgress progress, long nowMillis) {
    CaptureProgress.Status status = progress.status();
    ObjectNode fields = JsonNodeFactory.instance.objectNode();
    progress.retainedBytes().ifPresent(bytes -> fields.put("slot_retained_bytes", bytes));
    progress.watermarkMillis().ifPresent(at -> fields.put("lag_ms", Math.max(0, nowMillis - at)));
    return fields
        .put("mode", status.mode())
        .put("reason", status.reason())
        .put("baseline", Integer.toUnsignedLong(status.baseline()))
        .put("complete", status.complete())
        .put("term", status.term())
        .put("changes", progress.rows());
  }

  static ObjectNode of(ProjectProgress progress, long nowMillis) {
    ObjectNode fields =
        JsonNodeFactory.instance.objectNode().put("dead_letters", progress.deadLetters());
    ObjectNode lags = fields.putObject("lag_ms");
    progress.lagsMillis(nowMillis).forEach((lane, lag) -> lags.put(Integer.toString(lane), lag));
    return fields;
  }

  static ObjectNode of(ApplyProgress progress) {
    ObjectNode fields =
        JsonNodeFactory.instance
            .objectNode()
            .put("entries", progress.accepted() + progress.rejected())
            .put("accepted", progress.accepted())
            .put("rejected", progress.rejected())
            .put("dead_letters", progress.deadLetters())
            .put("lanes", progress.watermarksMillis().size());
    ObjectNode lags = fields.putObject("lag_ms");
    progress.lags().forEach((lane, lag) -> lags.put(Integer.toString(lane), lag.toMillis()));
    fields
        .putObject("refill")
        .put("lanes", progress.lanesRefilling())
        .put("sessions", progress.refilledSessions());
    fields
        .putObject("lease")
        .put("kept", progress.kept())
        .put("renewed", progress.renewedLeases())
        .put("put_back", progress.putBack());
    HistogramSnapshot latency = progress.latency().takeSnapshot();
    ObjectNode millis = fields.putObject("latency_ms").put("count", latency.count());
    for (ValueAtPercentile percentile : latency.percentileValues()) {
      millis.put(
          "p" + Math.round(percentile.percentile() * 100), percentile.value(TimeUnit.MILLISECONDS));
    }
    millis.put("max", latency.max(TimeUnit.MILLISECONDS));
    return fields;
  }
}
