package dev.sessioncache.warm;

import dev.sessioncache.config.Section;
import dev.sessioncache.config.Setting;
import java.time.Duration;

/** How much a warm takes on, and how hard it works. */
@Section(
    value = "Warm",
    description =
        "How many sessions a warm puts into Redis, hottest first, and how hard it works Redis while"
            + " it does.")
public record WarmSettings(
    @Setting(
            name = "warm.count",
            defaultValue = "1000",
            min = "1",
            description = "Most sessions that a warm reads, the most recently active first.")
        int count,
    @Setting(
            name = "warm.batch-size",
            defaultValue = "500",
            min = "1",
            description = "Sessions sent to Redis in one pipeline.")
        int batchSize,
    @Setting(
            name = "warm.in-flight",
            defaultValue = "4",
            min = "1",
            description =
                "Batches sent and not yet answered. More hide the network's latency, at the price"
                    + " of other clients of Redis.")
        int inFlight,
    @Setting(
            name = "warm.pause",
            defaultValue = "0s",
            min = "0s",
            description = "Pause after each batch, to spare Redis.")
        Duration pause,
    @Setting(
            name = "warm.deadline",
            defaultValue = "5m",
            min = "1s",
            description =
                "Longest time a warm may take, by the clock of Redis from before its snapshot on."
                    + " It ends with what it has reached; a write that comes later, however long it"
                    + " was held up, changes nothing. Must be shorter than guard.ttl.")
        Duration deadline) {

  /** What the pipeline of one connection may hold. */
  static final int MAX_PIPELINED = 50_000;

  public WarmSettings {
    if ((long) batchSize * inFlight > MAX_PIPELINED) {
      throw new IllegalArgumentException(
          "warm.batch-size times warm.in-flight must be at most " + MAX_PIPELINED);
    }
  }
}
