package dev.sessioncache.changes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sessioncache.guard.RowVersion;
import dev.sessioncache.guard.TransactionId;

/** One record of the topic {@code changes}. */
public sealed interface Change {

  /** Which of the two tables a row change belongs to. */
  enum Source {
    SESSIONS,
    USERS
  }

  /**
   * A row was inserted, updated, or read by the baseline; or is too large to be carried on, and few
   * of its columns are known.
   *
   * @param columns the row's columns by name; an unchanged TOAST value is {@link
   *     ChangeFormat#UNCHANGED}
   * @param committedAtMicros commit time by the clock of Postgres, µs since 1970; 0 for a baseline
   *     row
   */
  record Upsert(
      Source source, String id, RowVersion version, ObjectNode columns, long committedAtMicros)
      implements Change {}

  /** A row was deleted. For a session it stands in every lane: only the primary key is known. */
  record Delete(Source source, String id, RowVersion version, long committedAtMicros)
      implements Change {}

  /** All rows of a table were deleted; stands in every lane. */
  record Truncate(Source source, RowVersion version, long committedAtMicros) implements Change {}

  /**
   * A session has got a user of another lane, in that version; stands in the lane that it has left,
   * in the order of commits, or in every other lane when capture does not know which.
   */
  record Moved(String sessionId, RowVersion version) implements Change {}

  /**
   * Proof that everything committed before it was sent has arrived in this lane.
   *
   * @param atMillis when it was sent, by the clock of Postgres, ms since 1970
   * @param complete whether the baseline was complete when it was sent
   */
  record Pulse(long atMillis, boolean complete) implements Change {}

  /** A capture begins: its term is in the header. */
  record Term() implements Change {}

  /** A new baseline begins: all rows follow anew. */
  record BaselineBegin() implements Change {}

  /**
   * The baseline is complete: rows that it has not confirmed are gone.
   *
   * @param transaction not visible to any snapshot taken before the baseline
   */
  record BaselineEnd(TransactionId transaction) implements Change {}
}
