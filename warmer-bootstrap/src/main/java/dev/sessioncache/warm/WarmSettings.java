package dev.sessioncache.warm;

import dev.sessioncache.config.DatabaseUrl;
import dev.sessioncache.config.Section;
import dev.sessioncache.config.Setting;
import java.time.Duration;
import java.util.Optional;

/** How much a warm takes on, and how hard it works. */
@Section(
    value = "Warm",
    description =
        "How many sessions a warm puts into Redis, hottest first, and how hard it works Redis while"
            + " it does.")
public record WarmSettings(
    @Setting(
            name = "warm.database.url",
            description =
                "A replica of database.url that a warm and an estimate read instead; the primary"
                    + " then only holds the right to warm and tells how far its log is.")
        Optional<DatabaseUrl> replica,
    @Setting(
            name = "warm.count",
            defaultValue = "1000",
            description =
                "Sessions that a warm takes, the most recently active first; auto for as few as"
                    + " warm.target needs by the activity that Postgres knows of.")
        Count count,
    @Setting(
            name = "warm.max-count",
            defaultValue = "1000000",
            min = "1",
            description = "Most sessions that warm.count = auto may take.")
        int maxCount,
    @Setting(
            name = "warm.max-memory",
            defaultValue = "80%",
            description =
                "What the sessions of warm.count = auto may take in Redis, values and guards, by the"
                    + " size of the hottest ones: a number of bytes, kb, mb or gb, or a share of"
                    + " Redis' maxmemory. A share sets no limit where Redis has none.")
        MemoryBudget maxMemory,
    @Setting(
            name = "warm.target",
            defaultValue = "0.9",
            min = "0",
            max = "1",
            description =
                "Share of the expected requests that the cached sessions are to account for: a warm"
                    + " that reaches less exits with 3. 0 for no target; then nothing is estimated.")
        double target,
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
            name = "warm.rate",
            defaultValue = "0",
            min = "0",
            description =
                "Most sessions a second that a warm looks at, to spare both servers; 0 for no limit.")
        int rate,
    @Setting(
            name = "warm.slow",
            defaultValue = "250ms",
            min = "1ms",
            description =
                "A batch that keeps the warm waiting for longer means that a server is busy: fewer"
                    + " batches are sent to Redis at once, down to one, and the warm then rests for"
                    + " as long as it waited.")
        Duration slow,
    @Setting(
            name = "warm.deadline",
            defaultValue = "5m",
            min = "1s",
            description =
                "Longest time a warm may take, by the clock of Redis from before its snapshot on."
                    + " It ends with what it has reached; a write that comes later, however long it"
                    + " was held up, changes nothing. Must be shorter than guard.ttl.")
        Duration deadline,
    @Setting(
            name = "warm.when-cold",
            defaultValue = "true",
            description =
                "Whether the stream, when it starts to capture and finds Redis cold, warms it in the"
                    + " background beside its own work: no lane and no warm has left a sign there for"
                    + " lease.ttl.")
        boolean whenCold) {

  /** Whether the spread of activity has to be known. */
  boolean needsEstimate() {
    return target > 0 || count.number().isEmpty();
  }

  /** Whether a warm is held back. */
  boolean isPaced() {
    return rate > 0 || !pause.isZero();
  }

  /** What the pipeline of one connection may hold. */
  static final int MAX_PIPELINED = 50_000;

  public WarmSettings {
    if (count.number().isEmpty() && target == 0) {
      throw new IllegalArgumentException("warm.count = auto needs a warm.target above 0");
    }
    if ((long) batchSize * inFlight > MAX_PIPELINED) {
      throw new IllegalArgumentException(
          "warm.batch-size times warm.in-flight must be at most " + MAX_PIPELINED);
    }
  }
}
