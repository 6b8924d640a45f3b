package dev.sessioncache.warm;

import dev.sessioncache.mapping.SessionMapping;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Batches of all sessions of a snapshot, whatever Redis holds. Used by the thread of one warm. */
final class AllSessions implements BatchSource {

  private final RowSource rows;
  private final SessionMapping mapping;
  private final EntryBuilder entries;
  private final int batchSize;
  private final Tally tally;
  private final End end;

  AllSessions(
      RowSource rows,
      SessionMapping mapping,
      EntryBuilder entries,
      int batchSize,
      Tally tally,
      End end) {
    this.rows = rows;
    this.mapping = mapping;
    this.entries = entries;
    this.batchSize = batchSize;
    this.tally = tally;
    this.end = end;
  }

  @Override
  public @Nullable Batch next() throws SQLException {
    List<Entry> batch = new ArrayList<>(batchSize);
    SessionRow last = null;
    while (batch.size() < batchSize) {
      SessionRow row = end.orNull(rows::next);
      if (row == null) {
        break;
      }
      tally.rowRead();
      last = row;
      Optional<Entry> entry = entries.build(row);
      entry.ifPresent(batch::add);
    }
    return last == null ? null : new Batch(batch, Place.of(last.session(), mapping));
  }
}
