package dev.sessioncache.demo.traffic;

import dev.sessioncache.demo.data.Cache;
import dev.sessioncache.demo.data.Database;
import dev.sessioncache.demo.data.Liveness;
import io.lettuce.core.api.StatefulRedisConnection;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.SplittableRandom;

/**
 * The applications: validate sessions as their users use them, by a GET of the session's key. A
 * miss goes to Postgres, as in a real application; when Postgres says that the session is not live,
 * the read does not count. One thread with its own connections.
 */
public final class Readers implements AutoCloseable {

  /** Reads per second: enough for a hit rate to three digits, little beside what is measured. */
  static final int RATE = 500;

  private static final String IS_LIVE =
      "select exists (select from platform.user_sessions s join platform.users u"
          + " on u.id = s.user_id where s.id = ? and "
          + Liveness.LIVE
          + ")";

  private final LiveSessions live;
  private final StatefulRedisConnection<String, String> redis;
  private final Connection postgres;
  private final PreparedStatement isLive;
  private final SplittableRandom random;
  private final Pacer pacer = new Pacer(RATE);
  private final Loop loop;
  private volatile HitRate hitRate = new HitRate(0, 0);

  /** Connects and starts. */
  public Readers(Database database, Cache cache, LiveSessions live, long seed) throws SQLException {
    this.live = live;
    this.redis = cache.connect();
    this.postgres = database.connect();
    this.isLive = postgres.prepareStatement(IS_LIVE);
    this.random = new SplittableRandom(seed);
    this.loop = Loop.start("readers", this::read);
  }

  /** All reads so far. */
  public HitRate hitRate() {
    return hitRate;
  }

  /** Ends the demo when nobody reads any more. */
  public void check() {
    loop.check();
  }

  private void read() throws Exception {
    pacer.await();
    SessionRef session = live.pick(random);
    if (session == null) {
      return;
    }
    boolean hit = redis.sync().get(Cache.key(session.token())) != null;
    if (hit || isLive(session)) {
      hitRate = new HitRate(hitRate.reads() + 1, hitRate.hits() + (hit ? 1 : 0));
    }
  }

  private boolean isLive(SessionRef session) throws SQLException {
    isLive.setObject(1, session.id());
    try (ResultSet row = isLive.executeQuery()) {
      row.next();
      return row.getBoolean(1);
    }
  }

  @Override
  public void close() throws SQLException {
    loop.close();
    redis.close();
    postgres.close();
  }
}
