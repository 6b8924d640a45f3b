package dev.sessioncache.capture;

import dev.sessioncache.command.OperationException;
import dev.sessioncache.config.DatabaseUrl;
import dev.sessioncache.postgres.PostgresConnections;
import dev.sessioncache.postgres.PostgresOutage;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import org.postgresql.PGProperty;

/**
 * Asks Postgres over a new connection whether it is away: one that has ended may have been cut by
 * what is between us, or by a limit of those that replicate. Used by one thread.
 */
final class PostgresProbe {

  private static final int TIMEOUT_SECONDS = 3;

  private final DatabaseUrl database;

  PostgresProbe(DatabaseUrl database) {
    Map<String, String> parameters = new HashMap<>(database.parameters());
    parameters.put(PGProperty.CONNECT_TIMEOUT.getName(), Integer.toString(TIMEOUT_SECONDS));
    this.database =
        new DatabaseUrl(
            database.host(),
            database.port(),
            database.database(),
            database.user(),
            database.password(),
            parameters);
  }

  /** Whether it does not answer within some seconds, or only to say that it can't for a while. */
  boolean isAway() {
    try (Connection connection =
            PostgresConnections.open(database, "session-cache-warmer capture probe");
        Statement statement = connection.createStatement()) {
      connection.setNetworkTimeout(Runnable::run, TIMEOUT_SECONDS * 1_000);
      statement.execute("select 1"); // a proxy may take the connection without its server
      return false;
    } catch (SQLException | OperationException e) {
      return PostgresOutage.is(e);
    }
  }
}
