package dev.sessioncache.verify;

import dev.sessioncache.config.Configuration;
import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.guard.SameTokenHash;
import dev.sessioncache.lease.LeaseSettings;
import dev.sessioncache.mapping.MappingSettings;
import dev.sessioncache.mapping.SessionMapping;
import dev.sessioncache.mapping.TokenHash;
import dev.sessioncache.postgres.DatabaseSettings;
import dev.sessioncache.postgres.PostgresConnections;
import dev.sessioncache.redis.RedisConnections;
import dev.sessioncache.topic.LaneSettings;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/** The connections of one comparison, one to each side. Used by one thread, and its own. */
final class VerifyLink implements AutoCloseable {

  private static final Duration CATALOG_TIMEOUT = Duration.ofSeconds(30);

  private static final String NAME = "session-cache-warmer verify";

  private final Connection connection;
  private final Sides sides;
  private final LeaseSettings keep;
  private final TokenHash tokens;

  private VerifyLink(Connection connection, Sides sides, LeaseSettings keep, TokenHash tokens) {
    this.connection = connection;
    this.sides = sides;
    this.keep = keep;
    this.tokens = tokens;
  }

  /**
   * Connects to both.
   *
   * @throws dev.sessioncache.command.OperationException when one of them can't be reached
   */
  static VerifyLink open(Configuration configuration, RedisConnections connections)
      throws SQLException {
    GuardSettings guard = configuration.get(GuardSettings.class);
    MappingSettings tables = configuration.get(MappingSettings.class);
    RedisSide redis = new RedisSide(connections.open(), guard, tables.key());
    Connection connection;
    try {
      connection = PostgresConnections.open(configuration.get(DatabaseSettings.class).url(), NAME);
    } catch (RuntimeException e) {
      redis.close();
      throw e;
    }
    try {
      connection.setNetworkTimeout(Runnable::run, (int) CATALOG_TIMEOUT.toMillis());
      SessionMapping mapping = SessionMapping.resolve(tables, connection);
      int lanes =
          LaneMarks.read(redis, guard, configuration.get(LaneSettings.class).count()).lanes();
      PostgresSide postgres = new PostgresSide(connection, mapping, lanes);
      return new VerifyLink(
          connection,
          new Sides(redis, postgres, guard, lanes),
          configuration.get(LeaseSettings.class),
          tables.tokens());
    } catch (SQLException | RuntimeException e) {
      connection.close();
      redis.close();
      throw e;
    }
  }

  /**
   * To be called before each comparison: with another hash than the stream's all would be drift.
   *
   * @throws dev.sessioncache.command.OperationException when it is another one
   */
  void requireSameTokenHash() {
    SameTokenHash.check(sides.redis().connection(), sides.settings(), tokens);
  }

  Sides sides() {
    return sides;
  }

  KeptSessions kept() {
    return new WithinBudget(
        sides.redis(), sides.settings(), sides.lanes(), keep.share(sides.lanes()));
  }

  /** About how many sessions there are to look at. */
  long estimatedSessions() throws SQLException {
    return Math.max(sides.postgres().estimatedRows(), sides.redis().estimatedValues());
  }

  @Override
  public void close() throws SQLException {
    sides.redis().close();
    connection.close();
  }
}
