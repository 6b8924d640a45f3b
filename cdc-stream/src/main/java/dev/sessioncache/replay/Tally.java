package dev.sessioncache.replay;

import dev.sessioncache.guard.WriteCounts;
import java.util.concurrent.atomic.LongAdder;

/** What a replay has done so far. Thread-safe. */
final class Tally {

  private final LongAdder offsets = new LongAdder();
  private final LongAdder entries = new LongAdder();
  private final LongAdder kept = new LongAdder();
  private final LongAdder ended = new LongAdder();
  private final LongAdder unreadable = new LongAdder();
  private final LongAdder retries = new LongAdder();
  private final LongAdder orphans = new LongAdder();
  private WriteCounts counts = WriteCounts.NONE;

  /** A chunk of a lane has been read. */
  void read(long spannedOffsets, long records) {
    offsets.add(spannedOffsets);
    entries.add(records);
  }

  void kept() {
    kept.increment();
  }

  void ended() {
    ended.increment();
  }

  void unreadable() {
    unreadable.increment();
  }

  void retried() {
    retries.increment();
  }

  synchronized void written(WriteCounts more) {
    counts = counts.plus(more);
  }

  void orphans(long removed) {
    orphans.add(removed);
  }

  /** As of now. */
  synchronized Figures figures() {
    return new Figures(
        offsets.sum(),
        entries.sum(),
        kept.sum(),
        counts,
        ended.sum(),
        unreadable.sum(),
        retries.sum(),
        orphans.sum());
  }

  /**
   * What was done.
   *
   * @param offsets passed, whether there was a record or not
   * @param entries records read
   * @param kept entries that an earlier run had taken to Redis
   * @param counts what became of the writes
   * @param ended sessions that have ended by themselves
   * @param unreadable records that are no entries
   * @param retries batches that were sent again
   * @param orphans values removed that the log does not know
   */
  record Figures(
      long offsets,
      long entries,
      long kept,
      WriteCounts counts,
      long ended,
      long unreadable,
      long retries,
      long orphans) {}
}
