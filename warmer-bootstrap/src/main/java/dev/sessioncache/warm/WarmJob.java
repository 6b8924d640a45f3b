package dev.sessioncache.warm;

import dev.sessioncache.command.StopSignal;
import dev.sessioncache.config.Configuration;
import dev.sessioncache.guard.Generation;
import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.guard.GuardedWriter;
import dev.sessioncache.guard.Lease;
import dev.sessioncache.mapping.MappingSettings;
import dev.sessioncache.mapping.SessionMapping;
import dev.sessioncache.postgres.DatabaseSettings;
import dev.sessioncache.postgres.PostgresConnections;
import dev.sessioncache.redis.RedisSettings;
import java.lang.management.ManagementFactory;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** Opens both servers side by side, runs one {@link Warm} between them and measures it. */
final class WarmJob {

  private static final String NAME = "warmer-bootstrap";

  private final Configuration configuration;
  private final WarmSettings settings;
  private final GuardSettings guard;
  private final boolean quiet;
  private final Tally tally = new Tally();

  WarmJob(Configuration configuration, boolean quiet) {
    this.configuration = configuration;
    this.settings = configuration.get(WarmSettings.class);
    this.guard = configuration.get(GuardSettings.class);
    this.quiet = quiet;
  }

  /**
   * Runs the warm until it has ended or stop is requested.
   *
   * @throws dev.sessioncache.command.OperationException with what the operator has to do
   */
  WarmReport run(StopSignal stop) throws InterruptedException {
    long started = System.nanoTime();
    Deadline deadline = Deadline.in(settings.deadline());
    try (RedisLink redis = openRedis();
        SnapshotReader snapshot = takeSnapshot(redis, deadline)) {
      stop.onRequest(snapshot::cancel);
      SessionMapping mapping = snapshot.resolve(configuration.get(MappingSettings.class));
      RowSource rows = snapshot.hottest(mapping, settings.count());
      warm(mapping, rows, destination(redis.await(), snapshot), deadline, stop);
      Duration time = Duration.ofNanos(System.nanoTime() - started);
      return report(snapshot, time, deadline.passed());
    } catch (SQLException e) {
      throw ReadFailure.explain(e);
    }
  }

  private RedisLink openRedis() {
    return RedisLink.open(
        configuration.get(RedisSettings.class).url(), NAME, new Generation(guard));
  }

  /**
   * Takes the snapshot once the clock and the generation of Redis are known. So the guard of
   * whatever the snapshot does not see yet either outlives our last write, or was lost together
   * with the generation.
   */
  private SnapshotReader takeSnapshot(RedisLink redis, Deadline deadline) throws SQLException {
    Connection postgres =
        PostgresConnections.open(configuration.get(DatabaseSettings.class).url(), NAME);
    try {
      redis.await();
    } catch (RuntimeException e) {
      postgres.close();
      throw e;
    }
    return SnapshotReader.begin(postgres, deadline.left());
  }

  private GuardedDestination destination(RedisLink.Opened redis, SnapshotReader snapshot) {
    GuardedWriter writer = new GuardedWriter(redis.connection(), guard);
    writer.enter(redis.generation());
    return new GuardedDestination(
        writer,
        new Lease(guard, ThreadLocalRandom.current()),
        snapshot.position().encode(),
        snapshot.clock(),
        redis.time().plus(settings.deadline()));
  }

  private void warm(
      SessionMapping mapping,
      RowSource rows,
      InFlight.Destination destination,
      Deadline deadline,
      StopSignal stop)
      throws InterruptedException {
    Retry retry = new Retry(stop, deadline, ThreadLocalRandom.current());
    new Warm(
            settings,
            rows,
            new EntryBuilder(mapping, tally),
            new InFlight(destination, settings.inFlight(), retry, tally),
            tally,
            new Progress(settings.count(), quiet),
            deadline,
            stop)
        .run();
  }

  private WarmReport report(SnapshotReader snapshot, Duration time, boolean deadlineReached) {
    return new WarmReport(
        tally.read(),
        tally.counts(),
        tally.skipped(),
        tally.retries(),
        time,
        tally.firstWriteNanoTime().map(WarmJob::sinceJvmStart),
        deadlineReached || tally.counts().late() > 0,
        snapshot.clock().read(),
        snapshot.position().timeline());
  }

  private static Duration sinceJvmStart(long nanoTime) {
    long start = ManagementFactory.getRuntimeMXBean().getStartTime();
    Duration age = Duration.ofMillis(System.currentTimeMillis() - start);
    return age.minus(Duration.ofNanos(System.nanoTime() - nanoTime));
  }
}
