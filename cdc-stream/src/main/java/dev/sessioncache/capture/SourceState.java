package dev.sessioncache.capture;

import java.util.Optional;

/**
 * The database server and the slot, as they are before capture starts.
 *
 * @param systemId {@code pg_control_system()}: which cluster this is
 * @param timeline changes at each failover
 * @param clockMillis its clock, ms since 1970
 * @param publication identity of the publication and its tables
 * @param slot empty when there is none
 */
record SourceState(
    String systemId, int timeline, long clockMillis, String publication, Optional<Slot> slot) {

  /**
   * A row of <a href="https://www.postgresql.org/docs/current/view-pg-replication-slots.html">
   * pg_replication_slots</a>.
   *
   * @param confirmedLsn up to where its reader has confirmed; 0 when unknown
   * @param active whether somebody reads it now
   * @param sentLsn how far its reader's server process has read the log; 0 when nobody reads or we
   *     may not see it
   * @param lost whether Postgres has thrown away log that it still needs
   * @param retainedBytes of log that Postgres keeps for it
   */
  record Slot(
      String plugin,
      String database,
      long confirmedLsn,
      boolean active,
      boolean lost,
      long sentLsn,
      long retainedBytes) {}
}
