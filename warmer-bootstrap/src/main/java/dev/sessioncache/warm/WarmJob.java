package dev.sessioncache.warm;

import dev.sessioncache.activity.ActivityRate;
import dev.sessioncache.command.BelowTargetException;
import dev.sessioncache.command.OperationException;
import dev.sessioncache.command.StopSignal;
import dev.sessioncache.config.Configuration;
import dev.sessioncache.guard.Generation;
import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.guard.SameTokenHash;
import dev.sessioncache.mapping.ActivityColumns;
import dev.sessioncache.mapping.MappingSettings;
import dev.sessioncache.mapping.SessionMapping;
import dev.sessioncache.progress.Progress;
import dev.sessioncache.progress.ProgressFigures;
import dev.sessioncache.redis.RedisSettings;
import io.lettuce.core.RedisException;
import java.lang.management.ManagementFactory;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens both servers side by side, runs one {@link Warm} between them and measures it. */
final class WarmJob {

  private static final Logger log = LoggerFactory.getLogger(WarmJob.class);
  private static final String NAME = "warmer-bootstrap";

  private static final Duration ASK_AGAIN_EVERY = Duration.ofMillis(500);

  private final Configuration configuration;
  private final WarmSettings settings;
  private final GuardSettings guard;
  private final WarmOptions options;
  private final Progress progress;
  private final End end;
  private final Tally tally = new Tally();
  private final long startedNanos = System.nanoTime();

  WarmJob(Configuration configuration, WarmOptions options, Progress progress, StopSignal stop) {
    this.configuration = configuration;
    this.settings = configuration.get(WarmSettings.class);
    this.guard = configuration.get(GuardSettings.class);
    this.options = options;
    this.progress = progress;
    this.end = new End(stop, Deadline.in(settings.deadline()));
  }

  /**
   * Runs the warm until it has ended or stop is requested.
   *
   * @throws OperationException with what the operator has to do
   */
  WarmReport run() throws InterruptedException {
    try (RedisLink redis = openRedis();
        PostgresLink postgres = PostgresLink.open(configuration, NAME)) {
      return warm(redis.await(), snapshot(postgres, redis.await()));
    } catch (SQLException e) {
      throw ReadFailure.explain(e);
    } catch (RedisException e) {
      throw WriteFailure.explain(e, tally);
    }
  }

  private RedisLink openRedis() {
    return RedisLink.open(configuration.get(RedisSettings.class), NAME, new Generation(guard));
  }

  /**
   * Takes the snapshot once the clock and the generation of Redis are known. So the guard of
   * whatever the snapshot does not see yet either outlives our last write, or was lost together
   * with the generation.
   */
  private SnapshotReader snapshot(PostgresLink postgres, RedisLink.Opened redis)
      throws SQLException, InterruptedException {
    boolean told = options.quiet() || !options.waits();
    do {
      Optional<SnapshotReader> snapshot = postgres.snapshot(redis.generation(), end);
      if (snapshot.isPresent()) {
        return snapshot.get();
      }
      if (!told) {
        told = true;
        log.info("event=warm_waits hint=\"another warm of this Redis is at work\"");
      }
      end.sleep(options.waits() ? ASK_AGAIN_EVERY : Duration.ZERO);
    } while (options.waits() && !end.isNear());
    throw anotherIsAtWork(redis);
  }

  private OperationException anotherIsAtWork(RedisLink.Opened redis) {
    String howFar =
        RedisJournal.last(redis.connection(), guard)
            .map(record -> ", " + record.progress() + " so far")
            .orElse("");
    return new BelowTargetException(
        "another warm of this Redis is at work"
            + howFar
            + (options.waits() ? ": it did not end in time" : ": --wait waits for it"));
  }

  private WarmReport warm(RedisLink.Opened redis, SnapshotReader snapshot)
      throws SQLException, InterruptedException {
    MappingSettings columns = configuration.get(MappingSettings.class);
    SameTokenHash.check(redis.connection(), guard, columns.tokens());
    SessionMapping mapping = SessionMapping.resolve(columns, snapshot.connection());
    ActivityRate rate =
        new ActivityRate(mapping.activity(), activity(columns, snapshot), snapshot.clock().read());
    WarmParts parts = new WarmParts(configuration, options, redis, snapshot, mapping, rate);
    try (CurveLink curve = openCurve(snapshot, mapping, rate)) {
      end.stop()
          .onRequest(
              () -> {
                snapshot.cancel();
                curve.close();
              });
      StreamState stream = parts.stream();
      Plan plan = parts.plan(stream);
      int count = new CountChoice(settings, parts::affordableSessions, end).choose(curve);
      tell(plan, count);
      Runnable tellProgress = () -> tellProgress(curve.atMost(count));
      Journal journal = parts.journal(plan, count, tally);
      parts.warm(plan, stream, count, journal, tellProgress, tally, end).run();
      boolean late = tally.counts().late() > 0;
      boolean atDeadline = late || (end.hasCutOff() && end.deadline().passed());
      Optional<Coverage> coverage = coverage(curve);
      coverage.ifPresent(
          share -> journal.reached(new WarmRecord.Reached(share.share(), settings.target())));
      return report(plan, snapshot, atDeadline, coverage);
    }
  }

  private ActivityColumns activity(MappingSettings columns, SnapshotReader snapshot)
      throws SQLException {
    if (!settings.needsEstimate()) {
      return ActivityColumns.none();
    }
    ActivityColumns activity = ActivityColumns.resolve(columns, snapshot.connection());
    if (activity.lackSome(columns) && !options.quiet()) {
      log.warn(
          "event=activity_unknown table={} hint=\"it lacks the column of session.created or"
              + " session.requests, or it is of another type: the expected requests are estimated"
              + " by the last activity alone\"",
          columns.sessions());
    }
    return activity;
  }

  private CurveLink openCurve(SnapshotReader snapshot, SessionMapping mapping, ActivityRate rate)
      throws SQLException {
    return settings.needsEstimate()
        ? CurveLink.open(
            () -> PostgresLink.openToRead(configuration, NAME + " estimate"),
            snapshot.export(),
            mapping,
            rate,
            end.deadline().left())
        : CurveLink.none();
  }

  private void tell(Plan plan, int count) {
    if (!options.quiet()) {
      log.info(
          "event=warm_begins at_most={} mode={} reason=\"{}\"",
          count,
          plan.mode().label(),
          plan.reason());
    }
  }

  private void tellProgress(long count) {
    progress.update(
        new ProgressFigures(
            tally.looked(),
            count,
            tally.present(),
            tally.counts().stored(),
            tally.counts().older(),
            tally.failed(),
            tally.retries(),
            time()));
  }

  private Duration time() {
    return Duration.ofNanos(System.nanoTime() - startedNanos);
  }

  /**
   * Empty when nobody has asked, or it is not known: the work is done, and an estimate that failed
   * does not undo it.
   */
  private Optional<Coverage> coverage(CurveLink curve) throws InterruptedException {
    if (settings.target() == 0 || end.stop().requested()) {
      return Optional.empty();
    }
    try {
      return Optional.of(Coverage.of(tally, curve.await(end.deadline().left())));
    } catch (SQLException | TimeoutException | OperationException e) {
      log.warn("event=coverage_unknown reason=\"{}\"", reason(e));
      return Optional.empty();
    }
  }

  private String reason(Exception e) {
    if (end.isNear()) {
      return "the deadline has passed";
    }
    return e instanceof SQLException failure
        ? "Postgres could not estimate it (SQLState " + failure.getSQLState() + ")"
        : String.valueOf(e.getMessage());
  }

  private WarmReport report(
      Plan plan, SnapshotReader snapshot, boolean atDeadline, Optional<Coverage> coverage) {
    return new WarmReport(
        plan,
        tally.read(),
        tally.present(),
        tally.covered(),
        tally.counts(),
        tally.skipped(),
        tally.retries(),
        time(),
        tally.firstWriteNanoTime().map(WarmJob::sinceJvmStart),
        atDeadline,
        snapshot.clock().read(),
        snapshot.position().timeline(),
        coverage,
        settings.target(),
        options.dryRun());
  }

  private static Duration sinceJvmStart(long nanoTime) {
    long start = ManagementFactory.getRuntimeMXBean().getStartTime();
    Duration age = Duration.ofMillis(System.currentTimeMillis() - start);
    return age.minus(Duration.ofNanos(System.nanoTime() - nanoTime));
  }
}
