package dev.sessioncache.reader;

import dev.sessioncache.config.Section;
import dev.sessioncache.config.Setting;
import java.time.Duration;

/** How an application reads its sessions. */
@Section(
    value = "Reader",
    description =
        "How an application reads its sessions: from its memory (L1), from Redis (L2), from Postgres.")
public record ReaderSettings(
    @Setting(
            name = "reader.l1.megabytes",
            defaultValue = "64",
            min = "0",
            max = "65536",
            description = "Most memory that L1 may take; 0 for no L1.")
        int l1Megabytes,
    @Setting(
            name = "reader.l1.max-age",
            defaultValue = "1m",
            min = "1ms",
            description = "Longest time that a session stays in L1.")
        Duration l1MaxAge,
    @Setting(
            name = "reader.l1.silence",
            defaultValue = "5s",
            min = "1s",
            description =
                "L1 is emptied when Redis has not told for this long what has changed: the connection is"
                    + " lost or silent.")
        Duration l1Silence,
    @Setting(
            name = "reader.l1.warm-up",
            defaultValue = "10000",
            min = "0",
            description =
                "So many sessions of the highest priority are taken from Redis into L1 at the start, in the"
                    + " background; 0 for none.")
        int l1WarmUp,
    @Setting(
            name = "reader.miss.max-age",
            defaultValue = "1s",
            min = "0ms",
            max = "1m",
            description =
                "For this long a token that Postgres does not know is not asked for again.")
        Duration missMaxAge,
    @Setting(
            name = "reader.on-stale",
            defaultValue = "bypass",
            description =
                "What to do with a cached session while its lane is behind the staleness bound: bypass asks"
                    + " Postgres; serve trusts it, a revoked one too, for as long as it is cached.")
        OnStale onStale,
    @Setting(
            name = "reader.redis.timeout",
            defaultValue = "100ms",
            min = "1ms",
            description = "After this long without an answer of Redis, Postgres is asked.")
        Duration redisTimeout,
    @Setting(
            name = "reader.postgres.connections",
            defaultValue = "8",
            min = "1",
            max = "1000",
            description =
                "Most connections to Postgres, whatever happens to Redis; opened when they are needed.")
        int postgresConnections,
    @Setting(
            name = "reader.postgres.waiting",
            defaultValue = "2000",
            min = "1",
            description =
                "Most validations that wait for a connection to Postgres; those beyond fail at once.")
        int postgresWaiting,
    @Setting(
            name = "reader.timeout",
            defaultValue = "2s",
            min = "1ms",
            description = "Longest time that a validation takes; then it fails.")
        Duration timeout,
    @Setting(
            name = "reader.report",
            defaultValue = "false",
            description =
                "Whether to leave the hit rate in Redis every 10 s, for warmer stats and the dashboard.")
        boolean report) {

  /** The defaults that docs/configuration.md tells. */
  public static ReaderSettings defaults() {
    return new ReaderSettings(
        64,
        Duration.ofMinutes(1),
        Duration.ofSeconds(5),
        10_000,
        Duration.ofSeconds(1),
        OnStale.BYPASS,
        Duration.ofMillis(100),
        8,
        2000,
        Duration.ofSeconds(2),
        false);
  }
}
