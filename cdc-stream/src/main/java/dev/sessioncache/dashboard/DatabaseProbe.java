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

  /** Makes a connection. */
  @FunctionalInterface
  interface Opening {
    Connection open() throws SQLException;
  }

  private final Opening opening;
  private volatile @Nullable Connection connection;
  private boolean closed;

  DatabaseProbe(Opening opening) {
    this.opening = opening;
  }

  static DatabaseProbe of(DatabaseUrl url) {
    return new DatabaseProbe(() -> PostgresConnections.open(url, "session-cache-warmer dashboard"));
  }

  /**
   * Asks.
   *
   * @throws SQLException when it does not answer
   */
  boolean ask() throws SQLException {
    Connection open = connection;
    if (open == null) {
      open = opening.open();
      keep(open);
    }
    if (!open.isValid(ANSWER_SECONDS)) {
      drop();
      throw new SQLException("no answer within " + ANSWER_SECONDS + " s");
    }
    return true;
  }

  /** Closing does not wait for a connection that is being made: such a one is given up here. */
  private synchronized void keep(Connection made) throws SQLException {
    connection = made;
    if (closed) {
      drop();
      throw new SQLException("closed meanwhile");
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    drop();
  }

  private synchronized void drop() {
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
