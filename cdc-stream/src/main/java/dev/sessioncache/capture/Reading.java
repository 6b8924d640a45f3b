package dev.sessioncache.capture;

import dev.sessioncache.postgres.PostgresConnections;
import dev.sessioncache.topic.LaneSettings;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * One session of following the log: check the source, become the one capture, then follow until
 * that ends. Owned and called by {@link Capture}'s thread.
 */
final class Reading implements AutoCloseable {

  /**
   * More than any of {@link Source#limitWaits}: then it is the network that does not answer, not a
   * lock.
   */
  private static final int NETWORK_TIMEOUT_MILLIS = 10_000;

  private static final long STANDBY_POLL_MILLIS = 250;

  private final CaptureContext capture;
  private final LogFollower follower;
  private final Connection connection;
  private final Publication publication;
  private final Source source;
  private final TableChecks tables;

  Reading(CaptureContext capture, LogFollower follower) {
    CaptureSettings settings = capture.settings();
    this.capture = capture;
    this.follower = follower;
    this.connection =
        PostgresConnections.open(capture.database(), Source.connectionName(settings.slot()));
    this.publication = new Publication(connection, settings.publication(), capture.mapping());
    this.source = new Source(connection, settings, publication);
    this.tables = new TableChecks(connection, capture.mapping());
  }

  void run(CountDownLatch closed) throws SQLException, InterruptedException {
    connection.setNetworkTimeout(Runnable::run, NETWORK_TIMEOUT_MILLIS);
    source.limitWaits();
    source.check();
    source.noticeOurEnd();
    tables.check(); // before the publication: with a wrong table it would stop the application
    publication.ensure();
    if (becomeTheOne(closed)) {
      LaneSettings lanes = capture.lanes();
      capture.captureLog().requirePartitions(lanes.changesTopic(), lanes.count());
      follower.follow(new OwnedSource(connection, source, publication), closed);
    }
  }

  /** Waits as hot standby until no other capture holds the lock; false when closed. */
  private boolean becomeTheOne(CountDownLatch closed) throws SQLException, InterruptedException {
    while (!source.tryLock()) {
      capture.progress().standsBy();
      if (closed.await(STANDBY_POLL_MILLIS, TimeUnit.MILLISECONDS)) {
        return false;
      }
    }
    capture.progress().outages().postgresAnswered();
    return true;
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
