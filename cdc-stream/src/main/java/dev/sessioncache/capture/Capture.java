package dev.sessioncache.capture;

import dev.sessioncache.command.OperationException;
import dev.sessioncache.config.DatabaseUrl;
import dev.sessioncache.mapping.SessionMapping;
import dev.sessioncache.topic.LaneSettings;
import java.sql.SQLException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Capture: keeps one session of reading alive, from the standby's wait to the engine's end, and
 * starts over when it fails. {@link #run} blocks its thread; {@link #close} may be called from any.
 */
public final class Capture implements Runnable, AutoCloseable {

  private final CaptureContext context;
  private final LogFollower follower;
  private final Retries retries;
  private final CountDownLatch closed = new CountDownLatch(1);

  public Capture(
      DatabaseUrl database,
      CaptureSettings settings,
      LaneSettings lanes,
      SessionMapping mapping,
      CaptureClients clients,
      CaptureProgress progress) {
    this.context =
        new CaptureContext(
            database,
            settings,
            lanes,
            mapping,
            clients,
            new CaptureLog(lanes.captureTopic(), clients.consumers()),
            progress);
    this.follower =
        switch (settings.engine()) {
          case EMBEDDED -> new EmbeddedEngine(context);
          case CONNECT -> new ConnectorWatch(context);
        };
    this.retries =
        new Retries(
            settings.retryLimit(),
            context.servers(),
            new PostgresProbe(database)::isAway,
            progress);
  }

  /**
   * Captures until closed.
   *
   * @throws OperationException when it has failed too often in a row while all servers were there,
   *     or for a reason that a retry can't mend
   */
  @Override
  public void run() {
    try {
      while (!isClosed()) {
        retries.begin();
        try (Reading reading = new Reading(context, follower)) {
          reading.run(closed);
        } catch (SQLException | RuntimeException e) {
          if (isClosed()) {
            return;
          }
          closed.await(retries.failed(e).toMillis(), TimeUnit.MILLISECONDS);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean isClosed() {
    return closed.getCount() == 0;
  }

  @Override
  public void close() {
    closed.countDown();
  }
}
