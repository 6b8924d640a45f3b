package dev.sessioncache.project;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.api.ProcessingContext;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * The rows of one lane: its sessions, its users, and which sessions a user has. Owned by the lane's
 * Streams task, used from its thread only.
 */
final class LaneRows {

  static final String SESSIONS = "sessions";
  static final String USERS = "users";
  static final String SESSIONS_OF_USER = "sessions-of-user";

  /** Between user and session in the index; no id holds it. */
  private static final char SEPARATOR = '\u0000';

  /**
   * Each session's change asks for its user, and who is active is so more than once within a second
   * or two. Many more would outlive collections, each of which copies them: docs/decisions/0018.
   */
  private static final int RECENT_USERS = 256;

  /** Of a user that is kept at hand, characters: one that is larger is read each time. */
  private static final int LARGEST_RECENT = 1_024;

  private final KeyValueStore<String, StoredRow> sessions;
  private final KeyValueStore<String, StoredRow> users;
  private final KeyValueStore<String, byte[]> sessionsOfUser;
  private final Map<String, StoredRow> recentUsers = new RecentUsers();

  LaneRows(ProcessingContext context) {
    this.sessions = context.getStateStore(SESSIONS);
    this.users = context.getStateStore(USERS);
    this.sessionsOfUser = context.getStateStore(SESSIONS_OF_USER);
  }

  static List<StoreBuilder<?>> stores() {
    return List.of(
        Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(SESSIONS), Serdes.String(), StoredRowSerde.create()),
        Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(USERS), Serdes.String(), StoredRowSerde.create()),
        Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(SESSIONS_OF_USER), Serdes.String(), Serdes.ByteArray()));
  }

  Optional<StoredRow> session(String id) {
    return Optional.ofNullable(sessions.get(id));
  }

  Optional<StoredRow> user(String id) {
    StoredRow recent = recentUsers.get(id);
    if (recent != null) {
      return Optional.of(recent);
    }
    Optional<StoredRow> stored = Optional.ofNullable(users.get(id));
    stored.ifPresent(row -> keepAtHand(id, row));
    return stored;
  }

  void putSession(String id, StoredRow row) {
    sessions.put(id, row);
  }

  /** Called when the lane hears of a session, or of another user of it, for the first time. */
  void link(String id, String userId) {
    sessionsOfUser.put(userId + SEPARATOR + id, new byte[0]);
  }

  void removeSession(String id, String userId) {
    sessions.delete(id);
    sessionsOfUser.delete(userId + SEPARATOR + id);
  }

  /** Called when a session's user changes within the lane. */
  void unlink(String id, String formerUserId) {
    sessionsOfUser.delete(formerUserId + SEPARATOR + id);
  }

  void putUser(String id, StoredRow row) {
    users.put(id, row);
    recentUsers.remove(id);
    keepAtHand(id, row);
  }

  private void keepAtHand(String id, StoredRow row) {
    if (row.characters() <= LARGEST_RECENT) {
      recentUsers.put(id, row);
    }
  }

  void removeUser(String id) {
    users.delete(id);
    recentUsers.remove(id);
  }

  List<String> sessionsOf(String userId) {
    String prefix = userId + SEPARATOR;
    List<String> ids = new ArrayList<>();
    try (KeyValueIterator<String, byte[]> found =
        sessionsOfUser.range(prefix, userId + (char) (SEPARATOR + 1))) {
      found.forEachRemaining(entry -> ids.add(entry.key.substring(prefix.length())));
    }
    return ids;
  }

  /**
   * Visits the next sessions in key order.
   *
   * @param after the session to go on behind; empty for the first
   * @return the last one visited, empty when there are no more behind it
   */
  Optional<String> forSomeSessions(String after, int limit, BiConsumer<String, StoredRow> action) {
    return forSome(sessions, after, limit, action);
  }

  /** As {@link #forSomeSessions}, of users. */
  Optional<String> forSomeUsers(String after, int limit, BiConsumer<String, StoredRow> action) {
    return forSome(users, after, limit, action);
  }

  private static Optional<String> forSome(
      KeyValueStore<String, StoredRow> store,
      String after,
      int limit,
      BiConsumer<String, StoredRow> action) {
    String last = after;
    try (KeyValueIterator<String, StoredRow> rows = store.range(after, null)) {
      for (int visited = 0; visited < limit && rows.hasNext(); ) {
        KeyValue<String, StoredRow> row = rows.next();
        if (!row.key.equals(after)) {
          action.accept(row.key, row.value);
          last = row.key;
          visited++;
        }
      }
      return rows.hasNext() ? Optional.of(last) : Optional.empty();
    }
  }

  /**
   * The users that were asked for last, as the store has them. It is as old as these rows are: a
   * task that is opened again begins without it.
   */
  private static final class RecentUsers extends LinkedHashMap<String, StoredRow> {

    private static final long serialVersionUID = 1L;

    RecentUsers() {
      super(16, 0.75f, true); // in the order of the last access
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, StoredRow> eldest) {
      return size() > RECENT_USERS;
    }
  }
}
