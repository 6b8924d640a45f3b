package dev.sessioncache.project;

import dev.sessioncache.changes.Epoch;
import dev.sessioncache.document.DocumentBuilder;
import dev.sessioncache.document.UnreadableRowException;
import dev.sessioncache.entries.Entry;
import dev.sessioncache.guard.RowVersion;
import dev.sessioncache.guard.StreamPosition;
import dev.sessioncache.guard.TransactionId;
import dev.sessioncache.live.LiveRule;
import dev.sessioncache.mapping.SessionMapping;
import dev.sessioncache.topic.LaneSettings;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Says what is to be cached for a session row joined with its user: a pure function. */
final class EntryMaker {

  /** Log positions are unsigned. */
  private static final long HIGHEST_LSN = -1;

  private final SessionMapping mapping;
  private final LiveRule rule;
  private final DocumentBuilder documents;

  EntryMaker(SessionMapping mapping) {
    this.mapping = mapping;
    this.rule = new LiveRule(mapping);
    this.documents = new DocumentBuilder(mapping);
  }

  Optional<String> key(StoredRow session) {
    return mapping.key(session);
  }

  /** The column that says whose session it is. */
  String userOf(StoredRow session) {
    String user = session.text(mapping.sessionUser());
    return user == null ? "" : user;
  }

  /**
   * Whether a session's row lets it end sooner than the former one did, if that was cached. Not
   * asked of two rows of one version, as two snapshots of a baseline have: the removal of the
   * former would stand above the latter.
   */
  boolean endsSooner(StoredRow row, StoredRow former) {
    if (former.epoch().equals(row.epoch()) && former.version().lsn() == row.version().lsn()) {
      return false;
    }
    try {
      return former.isComplete(mapping.sessions())
          && rule.liveUntil(row).isBefore(rule.liveUntil(former));
    } catch (RuntimeException e) { // a timestamp that is none
      return true;
    }
  }

  /**
   * The entry of a session; empty when its token can't be part of a key.
   *
   * @param user null when the lane does not know the user: then the session is not live
   */
  Optional<Entry> entry(
      Epoch epoch,
      StoredRow session,
      @Nullable StoredRow user,
      Instant now,
      long committedAtMicros) {
    String position = position(epoch, session.version(), user).encode();
    return key(session)
        .map(
            key ->
                isCacheable(session, user, now) && user != null
                    ? put(key, position, session, user, committedAtMicros)
                    : new Entry.Removal(key, position, committedAtMicros));
  }

  /** As {@link #entry}, for a lane that only takes away: nothing for a session that is live. */
  Optional<Entry> removalUnlessLive(
      Epoch epoch,
      StoredRow session,
      @Nullable StoredRow user,
      Instant now,
      long committedAtMicros) {
    return isCacheable(session, user, now)
        ? Optional.empty()
        : removal(epoch, session, session.version(), user, committedAtMicros);
  }

  private boolean isCacheable(StoredRow session, @Nullable StoredRow user, Instant now) {
    try {
      return user != null
          && session.isComplete(mapping.sessions())
          && user.isComplete(mapping.users())
          && rule.isLive(session, user, now);
    } catch (RuntimeException e) { // a timestamp or bool that is none
      return false;
    }
  }

  private Entry put(
      String key, String position, StoredRow session, StoredRow user, long committedAtMicros) {
    try {
      byte[] document = documents.build(session, user);
      if (document.length > LaneSettings.MAX_VALUE_BYTES) {
        return new Entry.Removal(key, position, committedAtMicros);
      }
      Instant liveUntil = rule.liveUntil(session);
      long liveUntilMillis =
          liveUntil.equals(Instant.MAX) ? Long.MAX_VALUE : liveUntil.toEpochMilli();
      return new Entry.Put(
          key,
          position,
          document,
          liveUntilMillis,
          Objects.requireNonNullElse(session.priority(), 0.0),
          committedAtMicros);
    } catch (UnreadableRowException e) {
      return new Entry.Removal(key, position, committedAtMicros);
    }
  }

  /** The session's row is gone, or no longer has that key, as of a version. */
  Optional<Entry> removal(
      Epoch epoch,
      StoredRow former,
      RowVersion version,
      @Nullable StoredRow user,
      long committedAtMicros) {
    return removal(position(epoch, version, user), former, committedAtMicros);
  }

  /** The session's user is gone, as of a version. */
  Optional<Entry> userRemoval(
      Epoch epoch, StoredRow session, RowVersion userVersion, long committedAtMicros) {
    StreamPosition position =
        new StreamPosition(epoch.timeline(), epoch.baseline(), session.version(), userVersion);
    return removal(position, session, committedAtMicros);
  }

  /**
   * A row that the new baseline did not confirm, that another lane has taken over, or that was
   * replaced, is gone; its key may live on. So the removal has the row's own version, which what
   * comes after it is above, there and here, and stands above every version of the user, which this
   * lane may have replaced by the baseline's. For snapshots it counts as made by the given
   * transaction.
   */
  Optional<Entry> orphan(int timeline, StoredRow former, TransactionId transaction) {
    StreamPosition position =
        new StreamPosition(
            timeline,
            former.epoch().baseline(),
            new RowVersion(former.version().lsn(), transaction),
            new RowVersion(HIGHEST_LSN, transaction));
    return removal(position, former, 0);
  }

  /**
   * The session's row can't be used. The removal stands in the baseline of that row, which a new
   * baseline that is still loading has yet to confirm.
   */
  Optional<Entry> unusable(int timeline, StoredRow session) {
    return unusable(timeline, session, new RowVersion(0, session.version().transaction()));
  }

  /** As {@link #unusable(int, StoredRow)}, of the session's user. */
  Optional<Entry> unusable(int timeline, StoredRow session, StoredRow user) {
    int epochs = session.epoch().compareTo(user.epoch());
    long lsn = epochs == 0 ? user.version().lsn() : epochs < 0 ? HIGHEST_LSN : 0;
    return unusable(timeline, session, new RowVersion(lsn, user.version().transaction()));
  }

  private Optional<Entry> unusable(int timeline, StoredRow session, RowVersion user) {
    StreamPosition position =
        new StreamPosition(timeline, session.epoch().baseline(), session.version(), user);
    return removal(position, session, 0);
  }

  private Optional<Entry> removal(
      StreamPosition position, StoredRow session, long committedAtMicros) {
    return key(session).map(key -> new Entry.Removal(key, position.encode(), committedAtMicros));
  }

  private static StreamPosition position(
      Epoch epoch, RowVersion session, @Nullable StoredRow user) {
    RowVersion userVersion =
        user == null ? new RowVersion(0, session.transaction()) : user.version();
    return new StreamPosition(epoch.timeline(), epoch.baseline(), session, userVersion);
  }
}
