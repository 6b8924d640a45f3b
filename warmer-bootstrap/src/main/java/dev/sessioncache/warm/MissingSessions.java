package dev.sessioncache.warm;

import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Batches of the sessions that Redis does not hold as the snapshot sees them. Only their rows are
 * read. Used by the thread of one warm.
 */
final class MissingSessions implements BatchSource {

  private final Comparison comparison;
  private final LiveSessions sessions;
  private final EntryBuilder entries;
  private final int batchSize;
  private final Tally tally;
  private final End end;

  /** What is left of the present stretch; the last place is that of the stretch. */
  private final Deque<SessionVersion> missing = new ArrayDeque<>();

  private @Nullable Place upTo;

  MissingSessions(
      Comparison comparison,
      LiveSessions sessions,
      EntryBuilder entries,
      int batchSize,
      Tally tally,
      End end) {
    this.comparison = comparison;
    this.sessions = sessions;
    this.entries = entries;
    this.batchSize = batchSize;
    this.tally = tally;
    this.end = end;
  }

  /** A batch is empty when nothing of a stretch is missing. */
  @Override
  public @Nullable Batch next() throws SQLException, InterruptedException {
    if (missing.isEmpty()) {
      Comparison.Stretch stretch = comparison.next();
      if (stretch == null) {
        return null;
      }
      missing.addAll(stretch.missing());
      upTo = stretch.upTo();
    }
    List<String> ids = new ArrayList<>(batchSize);
    Place last = Objects.requireNonNull(upTo);
    while (ids.size() < batchSize && !missing.isEmpty()) {
      SessionVersion version = missing.remove();
      ids.add(version.place().id());
      last = missing.isEmpty() ? last : version.place();
    }
    Map<String, SessionRow> rows = end.orNull(() -> sessions.rows(ids));
    return rows == null ? null : new Batch(entries(ids, rows), last);
  }

  private List<Entry> entries(List<String> ids, Map<String, SessionRow> rows) {
    List<Entry> batch = new ArrayList<>(ids.size());
    for (String id : ids) {
      tally.rowRead();
      entries.build(Objects.requireNonNull(rows.get(id))).ifPresent(batch::add);
    }
    return batch;
  }
}
