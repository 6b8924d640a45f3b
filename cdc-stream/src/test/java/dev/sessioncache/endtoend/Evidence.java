package dev.sessioncache.endtoend;

import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * What a round has left for the guarantees to judge.
 *
 * @param captured the row versions that stand in {@code changes}
 * @param quiet whether a pulse sent after the last commit has reached every lane's watermark
 */
record Evidence(
    World world,
    Ledger ledger,
    Observations observations,
    TopicLog changes,
    Set<Long> captured,
    List<Span> emptied,
    List<Span> warming,
    boolean quiet) {

  /**
   * From a change's commit on until nothing older is put into the cache any more: project may be
   * behind by the bound, and apply by the bound again; the rest is for processes that are frozen
   * between looking at the clock and writing.
   */
  static final Duration GONE_FOR_GOOD = World.BOUND.multipliedBy(2).plusSeconds(2);

  /** Commit times are taken a moment before a commit has its place in the log. */
  static final long COMMIT_TIME_SLACK_MILLIS = 300;

  /** Whether Redis was emptied at some moment of a stretch of time. */
  boolean wasEmptied(long fromMillis, long toMillis) {
    return emptied.stream().anyMatch(gap -> gap.meets(new Span(fromMillis, toMillis)));
  }

  /** Whether a warm that may not have seen what was committed was still at work later. */
  boolean mayBeWarmed(long committedMillis, long laterMillis) {
    return warming.stream()
        .anyMatch(warm -> warm.fromMillis() < committedMillis && warm.toMillis() >= laterMillis);
  }
}
