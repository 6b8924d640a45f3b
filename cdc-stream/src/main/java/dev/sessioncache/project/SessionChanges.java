package dev.sessioncache.project;

import dev.sessioncache.changes.Change;
import dev.sessioncache.changes.Epoch;
import dev.sessioncache.guard.RowVersion;
import dev.sessioncache.guard.TransactionId;
import dev.sessioncache.mapping.SessionMapping;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What a change of a session means for the lane's rows and for the cache. */
final class SessionChanges {

  private final LaneRows rows;
  private final EntryMaker entries;
  private final LaneOutput output;
  private final LaneProgress progress;
  private final SessionMapping mapping;
  private final NewestTransaction newest;
  private final Priorities priorities;
  private final Duration lease;
  private final Clock clock;

  SessionChanges(
      LaneRows rows,
      EntryMaker entries,
      LaneOutput output,
      LaneProgress progress,
      SessionMapping mapping,
      NewestTransaction newest,
      Priorities priorities,
      Duration lease,
      Clock clock) {
    this.rows = rows;
    this.entries = entries;
    this.output = output;
    this.progress = progress;
    this.mapping = mapping;
    this.newest = newest;
    this.priorities = priorities;
    this.lease = lease;
    this.clock = clock;
  }

  void upsert(Change.Upsert change) {
    String id = change.id();
    Optional<StoredRow> old = rows.session(id);
    if (old.isPresent() && old.get().isNewerThan(progress.epoch(), change.version())) {
      return; // sent again after a restart
    }
    StoredRow row =
        priorities.rank(
            StoredRow.of(
                mapping.sessions(),
                progress.epoch(),
                change.version(),
                change.columns(),
                old.orElse(null)),
            old.orElse(null));
    String user = entries.userOf(row);
    Optional<String> formerUser = old.map(entries::userOf);
    if (!formerUser.equals(Optional.of(user))) {
      formerUser.ifPresent(former -> rows.unlink(id, former));
      rows.link(id, user);
    }
    rows.putSession(id, row);
    Optional<StoredRow> rotated =
        old.filter(former -> !entries.key(former).equals(entries.key(row)));
    if (!progress.hasCaughtUp() && rotated.isEmpty()) {
      // Else the log's newest word would be the later end, should this one pass before it is told.
      old.filter(former -> entries.endsSooner(row, former))
          .ifPresent(former -> leave(former, change.version().transaction()));
    }
    if (progress.isLoading()) {
      rotated.ifPresent(former -> leave(former, change.version().transaction()));
    } else {
      rotated.ifPresent(former -> remove(former, change.version(), change.committedAtMicros()));
      emit(id, row, change.committedAtMicros());
    }
  }

  /** The session was deleted as of a version. */
  void delete(String id, RowVersion version, long committedAtMicros) {
    rows.session(id)
        .filter(row -> !row.isNewerThan(progress.epoch(), version))
        .ifPresent(
            row -> {
              rows.removeSession(id, entries.userOf(row));
              remove(row, version, committedAtMicros);
            });
  }

  /** The session is none of this lane's any more, as of a transaction. */
  void drop(String id, StoredRow row, TransactionId transaction) {
    rows.removeSession(id, entries.userOf(row));
    leave(row, transaction);
  }

  /** The session may have been deleted without our knowing when. */
  void forget(String id, StoredRow row) {
    drop(id, row, newest.unseen(row.version().transaction()));
  }

  /** Another lane has the session as of that version: what is older here is none of ours. */
  void moved(Change.Moved notice) {
    rows.session(notice.sessionId())
        .filter(row -> Long.compareUnsigned(row.version().lsn(), notice.version().lsn()) < 0)
        .ifPresent(row -> drop(notice.sessionId(), row, notice.version().transaction()));
  }

  /** A change of the session could not be read: it is not cached until the next one. */
  void unusable(String id) {
    rows.session(id).ifPresent(row -> makeUnusable(id, row));
  }

  private void makeUnusable(String id, StoredRow row) {
    StoredRow unusable =
        row.unusable(
            newest.unseen(row.version().transaction()),
            List.of(mapping.token(), mapping.sessionUser()));
    rows.putSession(id, unusable);
    entries.unusable(timeline(), unusable).ifPresent(output::emit);
  }

  /** As {@link #unusable}, of the session's user. */
  void userUnusable(String id, StoredRow user) {
    confirmed(id)
        .flatMap(session -> entries.unusable(timeline(), session, user))
        .ifPresent(output::emit);
  }

  private int timeline() {
    return progress.epoch().timeline();
  }

  /** Emits what is to be cached for a session, from the rows as they are. */
  void emit(String id, long committedAtMicros) {
    confirmed(id).ifPresent(row -> emit(id, row, committedAtMicros));
  }

  /** One that the baseline has not confirmed is on its way out, as what it was in its own epoch. */
  private Optional<StoredRow> confirmed(String id) {
    return rows.session(id).filter(progress::isConfirmed);
  }

  /**
   * Publishes a live session, and the removal of one that the clock alone has ended within the
   * longest lease: the change that brought its end near may have come while the lane held back what
   * was live, so that the cache still has a longer life for it. The other removals have left when
   * they were due.
   */
  void publish(StoredRow row) {
    StoredRow user = rows.user(entries.userOf(row)).orElse(null);
    Epoch epoch = progress.epoch();
    Instant now = clock.instant();
    if (entries.removalUnlessLive(epoch, row, user, now, 0).isEmpty()
        || entries.removalUnlessLive(epoch, row, user, now.minus(lease), 0).isEmpty()) {
      entries.entry(epoch, row, user, now, 0).ifPresent(output::emit);
    }
  }

  /** The user is gone: in a schema without foreign keys the sessions may outlive it. */
  void userGone(String id, RowVersion userVersion, long committedAtMicros) {
    confirmed(id)
        .flatMap(row -> entries.userRemoval(progress.epoch(), row, userVersion, committedAtMicros))
        .ifPresent(output::emit);
  }

  /** As {@link #emit(String, long)}. A lane that is behind only takes away. */
  void emit(String id, StoredRow row, long committedAtMicros) {
    StoredRow user = rows.user(entries.userOf(row)).orElse(null);
    Epoch epoch = progress.epoch();
    Instant now = clock.instant();
    if (progress.hasCaughtUp()) {
      entries.entry(epoch, row, user, now, committedAtMicros).ifPresent(output::emit);
    } else {
      entries
          .removalUnlessLive(epoch, row, user, now, committedAtMicros)
          .ifPresentOrElse(output::emit, () -> progress.heldBack().add(id));
    }
  }

  /**
   * What a former row has put is to go: its key is none of ours any more, though it may be another
   * session's by now, or the session that has it still ends sooner.
   */
  private void leave(StoredRow former, TransactionId transaction) {
    entries.orphan(timeline(), former, transaction).ifPresent(output::emit);
  }

  private void remove(StoredRow former, RowVersion version, long committedAtMicros) {
    StoredRow user = rows.user(entries.userOf(former)).orElse(null);
    entries
        .removal(progress.epoch(), former, version, user, committedAtMicros)
        .ifPresent(output::emit);
  }
}
