package dev.sessioncache.verify;

import dev.sessioncache.guard.SnapshotPosition;
import dev.sessioncache.postgres.ServerClock;
import java.util.Map;

/**
 * What one transaction saw.
 *
 * @param sessions by key; those that were asked for and are not there, there are none
 * @param position of every write made from it
 * @param clock of Postgres; it was read when the snapshot had been taken
 */
record PostgresLook(Map<String, Expected> sessions, SnapshotPosition position, ServerClock clock) {

  Expected of(String key) {
    Expected found = sessions.get(key);
    return found == null ? Expected.nothing(key) : found;
  }

  long atMillis() {
    return clock.read().toEpochMilli();
  }
}
