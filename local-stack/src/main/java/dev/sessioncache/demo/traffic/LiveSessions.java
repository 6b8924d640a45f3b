package dev.sessioncache.demo.traffic;

import dev.sessioncache.demo.data.Database;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Who is logged in: a {@link Ranking} that is read anew every few seconds, less those that the
 * traffic has ended in the meantime. Shared by traffic, probe and readers; all methods may be
 * called from any thread.
 */
public final class LiveSessions implements AutoCloseable {

  private static final Duration REFRESH = Duration.ofSeconds(10);

  /**
   * Keeps clear of sessions that are about to end by themselves, and of small clock differences.
   */
  private static final Duration MARGIN = Duration.ofSeconds(1);

  private static final int TRIES = 200;

  private final Database database;
  private final Clock clock;
  private final Loop refresh;
  private volatile Ranking ranking;

  /**
   * Two generations of ids of sessions and users. A refresh drops the older one: whatever ended
   * before the refresh began is not in the new ranking.
   */
  private volatile Set<UUID> ended = ConcurrentHashMap.newKeySet();

  private volatile Set<UUID> endedBefore = Set.of();

  /**
   * Reads the first ranking.
   *
   * @param clock the time of the Postgres server
   * @param patience how long reading it anew may fail in a row
   */
  public LiveSessions(Database database, Clock clock, Duration patience) throws SQLException {
    this.database = database;
    this.clock = clock;
    this.ranking = Ranking.load(database);
    this.refresh = Loop.start("ranking", patience, this::refresh);
  }

  /** How many there were at the last refresh. */
  public int size() {
    return ranking.sessions().size();
  }

  /** Ends the demo when the ranking could not be refreshed. */
  public void check() {
    refresh.check();
  }

  /** A session that is live as far as is known, the recent ones more often; null when none is. */
  @Nullable SessionRef pick(RandomGenerator random) {
    Ranking current = ranking;
    for (int i = 0; i < TRIES && !current.sessions().isEmpty(); i++) {
      SessionRef session = current.pick(random);
      if (isLive(session)) {
        return session;
      }
    }
    return null;
  }

  /** Any session of the user who has most. */
  @Nullable SessionRef pickOfBusiestUser(RandomGenerator random) {
    List<SessionRef> own = ranking.ofBusiestUser();
    for (int i = 0; i < TRIES && !own.isEmpty(); i++) {
      SessionRef session = own.get(random.nextInt(own.size()));
      if (isLive(session)) {
        return session;
      }
    }
    return null;
  }

  boolean isOfBusiestUser(SessionRef session) {
    List<SessionRef> own = ranking.ofBusiestUser();
    return !own.isEmpty() && own.get(0).userId().equals(session.userId());
  }

  /** Call it right after the commit that ended the session. */
  void endSession(SessionRef session) {
    ended.add(session.id());
  }

  /** Call it right after the commit that disabled the user. */
  void endUserOf(SessionRef session) {
    ended.add(session.userId());
  }

  boolean isLive(SessionRef session) {
    return lives(session, MARGIN);
  }

  /** Whether it was not ended and does not expire before that time has passed. */
  boolean lives(SessionRef session, Duration ahead) {
    return !isEnded(session.id())
        && !isEnded(session.userId())
        && session.expiresAt().isAfter(clock.instant().plus(ahead));
  }

  private boolean isEnded(UUID id) {
    return ended.contains(id) || endedBefore.contains(id);
  }

  private void refresh() throws SQLException, InterruptedException {
    Thread.sleep(REFRESH.toMillis());
    endedBefore = ended;
    ended = ConcurrentHashMap.newKeySet();
    try {
      ranking = Ranking.load(database);
    } catch (SQLException e) {
      ended.addAll(endedBefore); // they are in the ranking that stays
      throw e;
    }
  }

  @Override
  public void close() {
    refresh.close();
  }
}
