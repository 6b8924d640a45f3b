package dev.sessioncache.capture;

import dev.sessioncache.config.Section;
import dev.sessioncache.config.Setting;
import java.time.Duration;

/** How changes are read from Postgres. */
@Section(value = "Capture", description = "How row changes are read from Postgres.")
public record CaptureSettings(
    @Setting(
            name = "capture.engine",
            defaultValue = "embedded",
            description =
                "Who reads the log: embedded, or connect for a connector of Kafka Connect that we watch (docs/connect.md).")
        CaptureEngine engine,
    @Setting(
            name = "capture.slot",
            defaultValue = "session_cache_warmer",
            description = "Replication slot; ours alone, nobody else may read or move it.")
        String slot,
    @Setting(
            name = "capture.publication",
            defaultValue = "session_cache_warmer",
            description =
                "Publication of the two tables; created when missing, which needs ownership of the tables.")
        String publication,
    @Setting(
            name = "capture.pulse.interval",
            defaultValue = "1s",
            min = "100ms",
            max = "10s",
            description =
                "How often a pulse is written into the log; the resolution of the measured lag. Must be well under staleness.bound.")
        Duration pulseInterval,
    @Setting(
            name = "capture.poll.interval",
            defaultValue = "5ms",
            min = "1ms",
            max = "1s",
            description =
                "Longest time that a change waits for others before it is handed on; adds to the latency of every change.")
        Duration pollInterval,
    @Setting(
            name = "capture.batch.size",
            defaultValue = "2048",
            min = "1",
            max = "100000",
            description =
                "Most changes that are written to Kafka and confirmed to Postgres in one go.")
        int batchSize,
    @Setting(
            name = "capture.retry.limit",
            defaultValue = "10",
            min = "0",
            description =
                "How often in a row capture is started again after it failed; then the program ends with an error. A server that is away does not count: it is waited for.")
        int retryLimit,
    @Setting(
            name = "capture.session.timeout",
            defaultValue = "5s",
            min = "2s",
            max = "60s",
            description =
                "After this time without a sign of life Postgres takes lock and slot from the capture that is active, and one that stands by takes over.")
        Duration sessionTimeout) {

  public CaptureSettings {
    if (!slot.matches("[a-z0-9_]{1,63}")) {
      throw new IllegalArgumentException(
          "capture.slot may hold lower-case letters, digits and underscores, 63 at most");
    }
    if (!publication.matches("[a-z0-9_]{1,63}")) {
      throw new IllegalArgumentException(
          "capture.publication may hold lower-case letters, digits and underscores, 63 at most");
    }
  }
}
