package dev.sessioncache.demo;

import dev.sessioncache.demo.data.Cache;
import dev.sessioncache.demo.data.Database;
import dev.sessioncache.demo.traffic.HitRate;
import dev.sessioncache.demo.traffic.Latency;
import dev.sessioncache.demo.traffic.LatencyProbe;
import dev.sessioncache.demo.traffic.LiveSessions;
import dev.sessioncache.demo.traffic.Readers;
import dev.sessioncache.demo.traffic.Traffic;
import dev.sessioncache.demo.traffic.Validator;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Traffic and readers on a running stream, looked at four times a second. Owned by the run's
 * thread.
 */
final class TrafficRun implements AutoCloseable {

  private static final Duration TICK = Duration.ofMillis(250);
  private static final int TICKS_PER_LINE = 4;

  private final Clock databaseClock;
  private final StreamRun stream;
  private final WarmReport warm;
  private final LiveSessions live;
  private final LatencyProbe probe;
  private final Readers readers;
  private final Traffic traffic;
  private final LagSamples lags = new LagSamples();
  private final long startedNanos;
  private @Nullable Double seconds;
  private long lookedNanos;
  private long changesSeen;
  private HitRate readsSeen = new HitRate(0, 0);

  /**
   * Starts them.
   *
   * @param patience how long a part of it may fail in a row
   */
  TrafficRun(
      Database database,
      Cache cache,
      Clock databaseClock,
      StreamRun stream,
      WarmReport warm,
      Validator application,
      Duration patience,
      int rate)
      throws SQLException {
    this.databaseClock = databaseClock;
    this.stream = stream;
    this.warm = warm;
    long seed = databaseClock.millis();
    this.live = new LiveSessions(database, databaseClock, patience);
    this.probe = new LatencyProbe(cache, live, patience);
    this.readers = new Readers(live, application, patience, seed);
    this.traffic = new Traffic(database, live, probe, patience, rate, seed + 1);
    this.startedNanos = System.nanoTime();
    this.lookedNanos = startedNanos;
  }

  /**
   * Shows the figures until the time is over; null: until the user stops the run.
   *
   * @param supervision looks after all that runs
   */
  void show(@Nullable Duration time, Supervision supervision, Progress progress, StopSignal stop)
      throws RunFailedException, StoppedException, IOException {
    for (int tick = 1; time == null || System.nanoTime() - startedNanos < time.toNanos(); tick++) {
      stop.sleep(TICK);
      supervision.check();
      traffic.check();
      readers.check();
      probe.check();
      live.check();
      OptionalLong lag = lagMillis();
      lag.ifPresent(lags::add);
      if (tick % TICKS_PER_LINE == 0) {
        progress.figures(look(lag));
      }
    }
  }

  /** Ends the changes; readers and probe go on. */
  void stopTraffic() throws SQLException {
    seconds = (System.nanoTime() - startedNanos) / 1e9;
    traffic.close();
  }

  /**
   * After {@link #stopTraffic()}.
   *
   * @param reachedAfterSeconds null when not all changes were seen in Redis
   */
  TrafficReport report(@Nullable Double reachedAfterSeconds) {
    double took = seconds == null ? (System.nanoTime() - startedNanos) / 1e9 : seconds;
    return new TrafficReport(
        traffic.counts().total(),
        traffic.counts().byKind(),
        took,
        traffic.counts().total() / took,
        reachedAfterSeconds != null,
        reachedAfterSeconds);
  }

  LagSamples.Lag lag() {
    return lags.summary();
  }

  Latency latency() {
    return probe.latency();
  }

  HitRate hitRate() {
    return readers.hitRate();
  }

  private LiveFigures look(OptionalLong lag) {
    long now = System.nanoTime();
    long changes = traffic.counts().total();
    HitRate reads = readers.hitRate();
    double perSecond = (changes - changesSeen) / ((now - lookedNanos) / 1e9);
    LiveFigures figures =
        new LiveFigures(warm, perSecond, lag, probe.latency(), reads.since(readsSeen), reads);
    lookedNanos = now;
    changesSeen = changes;
    readsSeen = reads;
    return figures;
  }

  private OptionalLong lagMillis() {
    return stream
        .watermark()
        .map(mark -> OptionalLong.of(Duration.between(mark, databaseClock.instant()).toMillis()))
        .orElse(OptionalLong.empty());
  }

  @Override
  public void close() throws SQLException {
    traffic.close();
    readers.close();
    probe.close();
    live.close();
  }
}
