package dev.sessioncache.guard;

/**
 * Which version of a row the stream holds.
 *
 * <p>The log position orders the versions of one row: whoever changes a row again waits for the
 * previous change to commit, so the later version stands later in the log. It says nothing about
 * other rows and must never be compared with a snapshot's log position; towards snapshots the
 * transaction id speaks.
 *
 * @param lsn log position of the change, 0 for a row read by the baseline
 * @param transaction that made the change; for a baseline row the baseline's own
 */
public record RowVersion(long lsn, TransactionId transaction) {}
