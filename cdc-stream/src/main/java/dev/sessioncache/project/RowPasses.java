package dev.sessioncache.project;

import dev.sessioncache.changes.Change;
import dev.sessioncache.guard.RowVersion;
import dev.sessioncache.guard.TransactionId;
import java.util.Optional;

/**
 * Passes over a lane's rows, a piece at a time: a transaction of Kafka lasts for seconds only, and
 * changes must not queue behind a pass. A small one is made at once; while one is under way the
 * lane is behind. Where it stands is part of the lane's state.
 */
final class RowPasses {

  static final int ROWS_AT_A_TIME = 500;

  private final LaneRows rows;
  private final LaneProgress progress;
  private final SessionChanges sessions;
  private final UserChanges users;

  RowPasses(LaneRows rows, LaneProgress progress, SessionChanges sessions, UserChanges users) {
    this.rows = rows;
    this.progress = progress;
    this.sessions = sessions;
    this.users = users;
  }

  /** The baseline has ended: every row that it has not confirmed goes. */
  void confirm(TransactionId transaction) {
    RowVersion version = new RowVersion(0, transaction);
    begin(new RowPass(RowPass.Kind.CONFIRM_USERS, "", version, 0));
    begin(new RowPass(RowPass.Kind.CONFIRM_SESSIONS, "", version, 0));
  }

  void truncate(Change.Truncate change) {
    RowPass.Kind kind =
        change.source() == Change.Source.SESSIONS
            ? RowPass.Kind.TRUNCATE_SESSIONS
            : RowPass.Kind.TRUNCATE_USERS;
    begin(new RowPass(kind, "", change.version(), change.committedAtMicros()));
  }

  /** What the lane holds may have been deleted unseen: it is forgotten and uncached. */
  void forget() {
    RowVersion none = new RowVersion(0, new TransactionId(0));
    begin(new RowPass(RowPass.Kind.FORGET_SESSIONS, "", none, 0));
  }

  private void begin(RowPass pass) {
    Optional<RowPass> rest = progress.pass().isPresent() ? Optional.of(pass) : makeSome(pass);
    rest.ifPresent(progress::waitsFor);
  }

  /** Makes the next piece, if there is one. */
  void goOn() {
    progress.pass().ifPresent(pass -> progress.passed(makeSome(pass).orElse(null)));
  }

  /** Returns what is left of the pass. */
  private Optional<RowPass> makeSome(RowPass pass) {
    Optional<String> last =
        switch (pass.kind()) {
          case CONFIRM_USERS, TRUNCATE_USERS ->
              rows.forSomeUsers(pass.upTo(), ROWS_AT_A_TIME, (id, row) -> user(pass, id, row));
          case CONFIRM_SESSIONS, TRUNCATE_SESSIONS, FORGET_SESSIONS ->
              rows.forSomeSessions(
                  pass.upTo(), ROWS_AT_A_TIME, (id, row) -> session(pass, id, row));
        };
    return last.map(pass::upTo);
  }

  private void user(RowPass pass, String id, StoredRow row) {
    if (pass.kind() == RowPass.Kind.TRUNCATE_USERS) {
      users.delete(id, pass.version(), pass.committedAtMicros());
    } else if (!progress.isConfirmed(row)) {
      rows.removeUser(id);
    }
  }

  private void session(RowPass pass, String id, StoredRow row) {
    if (pass.kind() == RowPass.Kind.TRUNCATE_SESSIONS) {
      sessions.delete(id, pass.version(), pass.committedAtMicros());
    } else if (pass.kind() == RowPass.Kind.FORGET_SESSIONS) {
      sessions.forget(id, row);
    } else if (progress.isConfirmed(row)) {
      // The lane is behind: of these only the removals leave now, the rest when it has caught up.
      sessions.emit(id, row, 0);
    } else {
      sessions.drop(id, row, pass.version().transaction());
    }
  }
}
