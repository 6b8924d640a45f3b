package dev.sessioncache.warm;

import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.mapping.SessionMapping;
import java.sql.SQLException;
import java.util.Optional;

/**
 * The hottest sessions, which a warm takes first, made into what it would write.
 *
 * @param sessions of which there is a document
 * @param bytesPerSession in Redis, value and guard; 0 without sessions
 * @param ratePerSecond at which they were read and made; 0 without sessions
 */
record Sample(int sessions, double bytesPerSession, double ratePerSecond) {

  /** Reads at most so many. */
  static Sample of(
      LiveSessions live, int most, SessionMapping mapping, GuardSettings guard, String position)
      throws SQLException {
    RowSource rows = live.rows(most, null);
    EntryBuilder entries = EntryBuilder.silent(mapping);
    RedisSize size = new RedisSize(guard, position);
    long bytes = 0;
    int sessions = 0;
    long startedNanos = System.nanoTime();
    for (SessionRow row = rows.next(); row != null; row = rows.next()) {
      Optional<Entry> entry = entries.build(row);
      bytes += entry.map(size::of).orElse(0L);
      sessions += entry.isPresent() ? 1 : 0;
    }
    double seconds = (System.nanoTime() - startedNanos) / 1e9;
    return sessions == 0
        ? new Sample(0, 0, 0)
        : new Sample(sessions, (double) bytes / sessions, sessions / seconds);
  }
}
