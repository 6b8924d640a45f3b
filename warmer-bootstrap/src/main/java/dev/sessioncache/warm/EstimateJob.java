package dev.sessioncache.warm;

import dev.sessioncache.activity.ActivityCurve;
import dev.sessioncache.activity.ActivityRate;
import dev.sessioncache.activity.ActivityReader;
import dev.sessioncache.command.OperationException;
import dev.sessioncache.config.Configuration;
import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.mapping.ActivityColumns;
import dev.sessioncache.mapping.MappingSettings;
import dev.sessioncache.mapping.SessionMapping;
import dev.sessioncache.redis.RedisConnections;
import dev.sessioncache.redis.RedisSettings;
import io.lettuce.core.RedisException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at Postgres, and at what the last warm has left in Redis; writes nothing. */
final class EstimateJob {

  private static final Logger log = LoggerFactory.getLogger(EstimateJob.class);
  private static final String NAME = "warmer-estimate";
  private static final List<Double> SHARES = List.of(0.8, 0.9, 0.95, 0.99, 1.0);
  private static final int SAMPLE = 2_000;

  private final Configuration configuration;
  private final GuardSettings guard;
  private final Duration atMost;

  EstimateJob(Configuration configuration) {
    this.configuration = configuration;
    this.guard = configuration.get(GuardSettings.class);
    this.atMost = configuration.get(WarmSettings.class).deadline();
  }

  /**
   * Estimates.
   *
   * @throws dev.sessioncache.command.OperationException with what the operator has to do
   */
  EstimateReport run() {
    OptionalDouble lastRate = rateOfTheLastWarm();
    try (Connection connection = PostgresLink.openToRead(configuration, NAME)) {
      SnapshotReader snapshot = SnapshotReader.look(connection, atMost);
      MappingSettings columns = configuration.get(MappingSettings.class);
      SessionMapping mapping = SessionMapping.resolve(columns, connection);
      ActivityRate rate =
          new ActivityRate(
              mapping.activity(),
              ActivityColumns.resolve(columns, connection),
              snapshot.clock().read());
      ActivityCurve curve = ActivityReader.read(connection, mapping, rate);
      Sample sample =
          Sample.of(
              new LiveSessions(connection, mapping, rate),
              SAMPLE,
              mapping,
              guard,
              snapshot.position().encode());
      return new EstimateReport(
          curve.sessions(),
          curve.rate(),
          sample.bytesPerSession(),
          sample.sessions(),
          lastRate.orElse(sample.ratePerSecond()),
          lastRate.isPresent() ? EstimateReport.RateOf.LAST_WARM : EstimateReport.RateOf.SAMPLE,
          SHARES.stream()
              .map(share -> new EstimateReport.Size(share, curve.sessionsFor(share)))
              .toList());
    } catch (SQLException e) {
      throw ReadFailure.explain(e);
    }
  }

  /** It is welcome, not needed: Redis may be away. */
  private OptionalDouble rateOfTheLastWarm() {
    try (RedisConnections redis =
        new RedisConnections(configuration.get(RedisSettings.class), NAME)) {
      return RedisJournal.last(redis.open(), guard)
          .map(WarmRecord::ratePerSecond)
          .orElse(OptionalDouble.empty());
    } catch (OperationException | RedisException e) {
      log.warn(
          "event=last_warm_unknown hint=\"Redis does not tell of it: the time is that of a sample\"");
      return OptionalDouble.empty();
    }
  }
}
