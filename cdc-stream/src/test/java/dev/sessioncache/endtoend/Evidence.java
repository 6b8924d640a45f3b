package dev.sessioncache.endtoend;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a round has left for the guarantees to judge.
 *
 * @param accepted by an application, and when it was last asked for, ms since 1970
 * @param captured the row versions that stand in {@code changes}
 * @param quiet whether a pulse sent after the last commit has reached every lane's watermark
 */
record Evidence(
    World world,
    Ledger ledger,
    Observations observations,
    Map<Validations.Accepted, Long> accepted,
    TopicLog changes,
    Set<Long> captured,
    List<Span> emptied,
    List<Span> warming,
    boolean quiet) {

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
