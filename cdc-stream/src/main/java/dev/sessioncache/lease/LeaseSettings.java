package dev.sessioncache.lease;

import dev.sessioncache.config.Section;
import dev.sessioncache.config.Setting;
import java.time.Duration;

/** Which sessions the stream keeps in Redis. */
@Section(
    value = "What is kept",
    description =
        "Which sessions the stream keeps in Redis by renewing their lease; all others lapse when they"
            + " are no longer used.")
public record LeaseSettings(
    @Setting(
            name = "keep.budget",
            defaultValue = "1000000",
            min = "1",
            description =
                "Sessions that are kept, in all lanes together, each lane its share: those of the"
                    + " highest priority. Memory must suffice for these and for what is active during"
                    + " one lease.ttl beside them.")
        int budget,
    @Setting(
            name = "keep.priority",
            defaultValue = "recency",
            description =
                "Which sessions come first: the most recently active ones, or the most often active"
                    + " ones of late.")
        Strategy priority,
    @Setting(
            name = "keep.half-life",
            defaultValue = "1h",
            min = "1s",
            description =
                "After this time an activity counts half as much; for keep.priority = frequency"
                    + " only.")
        Duration halfLife,
    @Setting(
            name = "keep.on-loss",
            defaultValue = "lapse",
            description =
                "What becomes of the kept sessions of a lane that is behind staleness.bound, as when"
                    + " Postgres, capture or project is down: lapse within lease.ttl, or keep. Who"
                    + " says keep lets a session that is revoked meanwhile be read until the lane has"
                    + " caught up, however long that takes.")
        OnLoss onLoss) {

  /** How sessions are ranked. */
  public enum Strategy {
    RECENCY,
    FREQUENCY
  }

  /** Sessions that each of so many lanes keeps. */
  public int share(int lanes) {
    return (int) ((budget + (long) lanes - 1) / lanes);
  }
}
