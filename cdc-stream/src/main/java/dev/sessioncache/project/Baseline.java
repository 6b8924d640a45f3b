package dev.sessioncache.project;

import dev.sessioncache.changes.Change;
import dev.sessioncache.changes.Epoch;

/**
 * A new baseline: while its rows arrive nothing is emitted; at its end every row that it has not
 * confirmed goes, and so does every confirmed session that is not live.
 */
final class Baseline {

  private final LaneRows rows;
  private final EntryMaker entries;
  private final LaneProgress progress;
  private final SessionChanges sessions;

  Baseline(LaneRows rows, EntryMaker entries, LaneProgress progress, SessionChanges sessions) {
    this.rows = rows;
    this.entries = entries;
    this.progress = progress;
    this.sessions = sessions;
  }

  void begin(Epoch epoch) {
    progress.baselineBegins(epoch);
  }

  void end(Change.BaselineEnd end) {
    rows.forEachSession(
        (id, row) -> {
          if (isUnconfirmed(row)) {
            rows.removeSession(id, entries.userOf(row));
            sessions.leave(row, end.transaction());
          }
        });
    rows.forEachUser(
        (id, row) -> {
          if (isUnconfirmed(row)) {
            rows.removeUser(id);
          }
        });
    // The lane is behind: of these only the removals leave now, the rest when it has caught up.
    rows.forEachSession((id, row) -> sessions.emit(row, 0));
    progress.baselineEnds(end.transaction());
  }

  /** What the lane holds may have been deleted unseen: it is forgotten and uncached. */
  void forget() {
    rows.forEachSession(
        (id, row) -> {
          rows.removeSession(id, entries.userOf(row));
          sessions.leaveUnseen(row);
        });
    rows.forEachUser((id, row) -> rows.removeUser(id));
  }

  private boolean isUnconfirmed(StoredRow row) {
    return row.epoch().compareTo(progress.epoch()) < 0;
  }
}
