package dev.sessioncache.warm;

import dev.sessioncache.mapping.SessionMapping;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** Makes the source of batches that a plan asks for. */
final class BatchSources {

  private final LiveSessions sessions;
  private final SessionMapping mapping;
  private final EntryBuilder entries;
  private final Comparison.Contents contents;
  private final Retry retry;
  private final int batchSize;
  private final Tally tally;
  private final End end;

  BatchSources(
      LiveSessions sessions,
      SessionMapping mapping,
      EntryBuilder entries,
      Comparison.Contents contents,
      Retry retry,
      int batchSize,
      Tally tally,
      End end) {
    this.sessions = sessions;
    this.mapping = mapping;
    this.entries = entries;
    this.contents = contents;
    this.retry = retry;
    this.batchSize = batchSize;
    this.tally = tally;
    this.end = end;
  }

  /** The batches of at most so many sessions. */
  BatchSource of(Plan plan, long count) throws SQLException {
    Place place = plan.comparedUpTo();
    return switch (plan.mode()) {
      case FULL -> all(count, null);
      case INCREMENTAL -> missing(count, null);
      case RESUME -> missing(count, place).then(() -> all(count - tally.looked(), place));
    };
  }

  private BatchSource all(long count, @Nullable Place behind) throws SQLException {
    return new AllSessions(sessions.rows(count, behind), mapping, entries, batchSize, tally, end);
  }

  private BatchSource missing(long count, @Nullable Place upTo) throws SQLException {
    Comparison comparison =
        new Comparison(
            sessions.versions(count, upTo), mapping.settings().keys(), contents, retry, tally, end);
    return new MissingSessions(comparison, sessions, entries, batchSize, tally, end);
  }
}
