package dev.sessioncache.warm;

import dev.sessioncache.config.Configuration;
import dev.sessioncache.config.DatabaseUrl;
import dev.sessioncache.postgres.DatabaseSettings;
import dev.sessioncache.postgres.PostgresConnections;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one warm to Postgres: to the primary, on which the right to warm is held, and
 * to a replica if that is to be read instead. Used by the thread of one warm.
 */
final class PostgresLink implements AutoCloseable {

  private final Connection primary;
  private final @Nullable Connection replica;

  private PostgresLink(Connection primary, @Nullable Connection replica) {
    this.primary = primary;
    this.replica = replica;
  }

  /** Connects to the primary, and to the replica if one is named. */
  static PostgresLink open(Configuration configuration, String name) throws SQLException {
    Connection primary =
        PostgresConnections.open(configuration.get(DatabaseSettings.class).url(), name);
    try {
      return new PostgresLink(
          primary, isReplicaNamed(configuration) ? openToRead(configuration, name) : null);
    } catch (RuntimeException e) {
      primary.close();
      throw e;
    }
  }

  /** A further connection to the server that is read. */
  static Connection openToRead(Configuration configuration, String name) {
    Optional<DatabaseUrl> replica = configuration.get(WarmSettings.class).replica();
    return replica.isPresent()
        ? PostgresConnections.open(replica.get(), "WARM_DATABASE_URL", name)
        : PostgresConnections.open(configuration.get(DatabaseSettings.class).url(), name);
  }

  private static boolean isReplicaNamed(Configuration configuration) {
    return configuration.get(WarmSettings.class).replica().isPresent();
  }

  /**
   * Takes the right to warm, and a snapshot no older than that.
   *
   * @param redis a name of the Redis that is to be warmed
   * @return empty when another warm has the right
   */
  Optional<SnapshotReader> snapshot(String redis, End end)
      throws SQLException, InterruptedException {
    if (replica == null) {
      return SnapshotReader.begin(primary, end.deadline().left(), redis);
    }
    Optional<PrimaryMark> mark = SnapshotReader.mark(primary, end.deadline().left(), redis);
    return mark.isEmpty()
        ? Optional.empty()
        : Optional.of(new Replica(replica, end).snapshot(mark.get()));
  }

  @Override
  public void close() throws SQLException {
    try (primary) {
      if (replica != null) {
        replica.close();
      }
    }
  }
}
