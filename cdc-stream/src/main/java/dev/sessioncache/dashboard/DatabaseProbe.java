package dev.sessioncache.dashboard;

import dev.sessioncache.config.DatabaseUrl;
import dev.sessioncache.postgres.PostgresConnections;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks Postgres whether it is there, over one connection that it keeps. Thread-safe. */
final class DatabaseProbe implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(DatabaseProbe.class);
  private static final int ANSWER_SECONDS = 3;

  private final DatabaseUrl url;
  private volatile @Nullable Connection connection;

  DatabaseProbe(DatabaseUrl url) {
    this.url = url;
  }

  /**
   * Asks.
   *
   * @throws SQLException when it does not answer
   */
  boolean ask() throws SQLException {
    Connection open = connection;
    if (open == null) {
      open = PostgresConnections.open(url, "session-cache-warmer dashboard");
      connection = open;
    }
    if (!open.isValid(ANSWER_SECONDS)) {
      close();
      throw new SQLException("no answer within " + ANSWER_SECONDS + " s");
    }
    return true;
  }

  @Override
  public void close() {
    Connection open = connection;
    connection = null;
    if (open != null) {
      try {
        open.close();
      } catch (SQLException e) {
        log.debug("event=dashboard_close_failed", e); // it is given up either way
      }
    }
  }
}
