package dev.sessioncache.capture;

import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;

/**
 * How changes get from the log to {@code changes} once this capture is the one: {@link
 * EmbeddedEngine} reads the log, {@link ConnectorWatch} watches a connector that does.
 */
interface LogFollower {

  /**
   * Follows the log until closed. Called again after a failure, with a source of its own.
   *
   * @throws dev.sessioncache.command.OperationException when it has ended
   */
  void follow(OwnedSource source, CountDownLatch closed) throws SQLException, InterruptedException;
}
