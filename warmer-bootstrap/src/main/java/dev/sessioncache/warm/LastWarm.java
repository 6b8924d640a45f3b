package dev.sessioncache.warm;

import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.redis.RedisConnection;
import io.lettuce.core.RedisException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * What the last warm of a Redis says of itself there, whoever ran it.
 *
 * @param state one of {@link #STATES}
 * @param at when it said so, by the clock of Postgres
 * @param coverage share of the expected requests that is of sessions in Redis; NaN when unknown
 * @param target share that was to be reached; NaN when unknown
 */
public record LastWarm(String state, Instant at, double coverage, double target) {

  /** How a warm may stand. */
  public static final List<String> STATES =
      Arrays.stream(WarmRecord.State.values()).map(WarmRecord.State::label).toList();

  /**
   * Asks Redis; empty when there has been no warm for a day.
   *
   * @throws RedisException when Redis refuses or does not answer
   */
  public static Optional<LastWarm> of(RedisConnection connection, GuardSettings settings) {
    return RedisJournal.last(connection, settings).map(LastWarm::of);
  }

  private static LastWarm of(WarmRecord record) {
    WarmRecord.Reached reached = record.reached();
    return new LastWarm(
        record.state().label(),
        record.at(),
        reached == null ? Double.NaN : reached.coverage(),
        reached == null ? Double.NaN : reached.target());
  }
}
