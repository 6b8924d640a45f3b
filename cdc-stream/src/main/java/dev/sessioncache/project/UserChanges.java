package dev.sessioncache.project;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sessioncache.changes.Change;
import dev.sessioncache.guard.RowVersion;
import dev.sessioncache.guard.TransactionId;
import dev.sessioncache.mapping.SessionMapping;
import java.util.List;
import java.util.Optional;

/**
 * What a change of a user means: for each of the user's sessions, which all live in the same lane.
 */
final class UserChanges {

  private final LaneRows rows;
  private final SessionChanges sessions;
  private final LaneProgress progress;
  private final SessionMapping mapping;
  private final NewestTransaction newest;

  UserChanges(
      LaneRows rows,
      SessionChanges sessions,
      LaneProgress progress,
      SessionMapping mapping,
      NewestTransaction newest) {
    this.rows = rows;
    this.sessions = sessions;
    this.progress = progress;
    this.mapping = mapping;
    this.newest = newest;
  }

  void upsert(Change.Upsert change) {
    Optional<StoredRow> old = rows.user(change.id());
    if (old.isPresent() && old.get().isNewerThan(progress.epoch(), change.version())) {
      return; // sent again after a restart
    }
    StoredRow row =
        StoredRow.of(
            mapping.users(),
            progress.epoch(),
            change.version(),
            change.columns(),
            old.orElse(null));
    rows.putUser(change.id(), row);
    boolean changed = old.isEmpty() || !old.get().columns().equals(row.columns());
    if (changed && !progress.isLoading()) {
      rows.sessionsOf(change.id()).forEach(id -> sessions.emit(id, change.committedAtMicros()));
    }
  }

  /** A change of the user could not be read: the user's sessions are not cached until the next. */
  void unusable(String id) {
    StoredRow former =
        rows.user(id)
            .orElseGet(
                () ->
                    new StoredRow(
                        progress.epoch(),
                        new RowVersion(0, new TransactionId(0)),
                        JsonNodeFactory.instance.objectNode()));
    StoredRow unusable = former.unusable(newest.unseen(former.version().transaction()), List.of());
    rows.putUser(id, unusable);
    rows.sessionsOf(id).forEach(session -> sessions.userUnusable(session, unusable));
  }

  /** The user was deleted as of a version. */
  void delete(String id, RowVersion version, long committedAtMicros) {
    boolean known =
        rows.user(id).filter(row -> !row.isNewerThan(progress.epoch(), version)).isPresent();
    if (known) {
      rows.removeUser(id);
      rows.sessionsOf(id)
          .forEach(session -> sessions.userGone(session, version, committedAtMicros));
    }
  }
}
