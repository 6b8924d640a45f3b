package dev.sessioncache.project;

import dev.sessioncache.document.Timestamps;
import dev.sessioncache.lease.Priority;
import dev.sessioncache.mapping.Column;
import java.time.DateTimeException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Gives session rows their priority. A row that comes again, after a restart or with a baseline,
 * has the activity that was counted before: only another one counts.
 */
final class Priorities {

  private final Priority priority;
  private final Column activity;

  /**
   * @param activity the column of the last activity
   */
  Priorities(Priority priority, Column activity) {
    this.priority = priority;
    this.activity = activity;
  }

  /** The row with its priority; without one while its activity is not known. */
  StoredRow rank(StoredRow row, @Nullable StoredRow former) {
    String at = row.text(activity);
    Double before = former == null ? null : former.priority();
    if (former != null && before != null && (at == null || at.equals(former.text(activity)))) {
      return row.withPriority(before);
    }
    try {
      return at == null ? row : row.withPriority(priority.after(millis(at), before));
    } catch (DateTimeException | IllegalArgumentException e) {
      return row; // no timestamp: such a session is never live
    }
  }

  /** {@code infinity} stands for a moment beyond all others. */
  private static long millis(String timestamp) {
    Instant at = Timestamps.instant(timestamp);
    return at.isAfter(LAST) ? LAST.toEpochMilli() : Math.max(0, at.toEpochMilli());
  }

  private static final Instant LAST = Instant.parse("9999-12-31T23:59:59Z");
}
