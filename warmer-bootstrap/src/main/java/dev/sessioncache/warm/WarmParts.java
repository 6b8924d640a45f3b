package dev.sessioncache.warm;

import dev.sessioncache.activity.ActivityRate;
import dev.sessioncache.config.Configuration;
import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.guard.GuardedWriter;
import dev.sessioncache.guard.Lease;
import dev.sessioncache.mapping.SessionMapping;
import dev.sessioncache.redis.RedisInfo;
import io.lettuce.core.RedisCommandExecutionException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts a {@link Warm} together from what its plan asks for. */
final class WarmParts {

  private static final Logger log = LoggerFactory.getLogger(WarmParts.class);
  private static final int SAMPLE = 500;

  private final WarmSettings settings;
  private final GuardSettings guard;
  private final WarmOptions options;
  private final RedisLink.Opened redis;
  private final SnapshotReader snapshot;
  private final SessionMapping mapping;
  private final ActivityRate rate;
  private final String shape;
  private final Optional<WarmRecord> last;

  WarmParts(
      Configuration configuration,
      WarmOptions options,
      RedisLink.Opened redis,
      SnapshotReader snapshot,
      SessionMapping mapping,
      ActivityRate rate) {
    this.settings = configuration.get(WarmSettings.class);
    this.guard = configuration.get(GuardSettings.class);
    this.options = options;
    this.redis = redis;
    this.snapshot = snapshot;
    this.mapping = mapping;
    this.rate = rate;
    this.shape = Shape.of(mapping);
    this.last = RedisJournal.last(redis.connection(), guard);
  }

  /** What the stream has done in Redis so far; asked before a writer has the connection. */
  StreamState stream() {
    return StreamState.read(redis.connection().sync(), guard, snapshot.clock().instant());
  }

  Plan plan(StreamState stream) {
    return Plan.choose(
        options.wish(),
        stream,
        last,
        shape,
        redis.generation(),
        guard.leaseTtl(),
        snapshot.clock().instant());
  }

  /** For how many sessions there is memory, as far as the hottest ones tell. */
  long affordableSessions() throws SQLException {
    OptionalLong budget = settings.maxMemory().bytes(this::maxmemory);
    if (budget.isEmpty()) {
      return Long.MAX_VALUE;
    }
    Sample sample =
        Sample.of(
            new LiveSessions(snapshot.connection(), mapping, rate),
            SAMPLE,
            mapping,
            guard,
            snapshot.position().encode());
    return sample.sessions() == 0
        ? Long.MAX_VALUE
        : (long) (budget.getAsLong() / sample.bytesPerSession());
  }

  /** 0 when Redis has none, or does not tell. */
  private long maxmemory() {
    try {
      return RedisInfo.maxMemory(redis.connection());
    } catch (RedisCommandExecutionException e) {
      log.warn(
          "event=no_memory_limit max_memory={} hint=\"Redis refuses INFO: it sets no limit\"",
          settings.maxMemory());
      return 0;
    }
  }

  /** The warm; from now on the connection to Redis is its own. */
  Warm warm(
      Plan plan,
      StreamState stream,
      int count,
      Journal journal,
      Runnable progress,
      Tally tally,
      End end)
      throws SQLException {
    Retry retry = new Retry(end, ThreadLocalRandom.current(), tally);
    Pace pace = new Pace(settings.pause(), settings.rate(), settings.slow(), end);
    Window window = new Window(settings.inFlight(), settings.slow());
    GuardedWriter writer = new GuardedWriter(redis.connection(), guard);
    RedisContents contents = new RedisContents(redis.connection(), guard, present(stream));
    InFlight inFlight = new InFlight(destination(writer, contents), window, retry, pace, tally);
    BatchSources sources =
        new BatchSources(
            new LiveSessions(snapshot.connection(), mapping, rate),
            mapping,
            new EntryBuilder(mapping, tally),
            contents,
            retry,
            settings.batchSize(),
            tally,
            end);
    return new Warm(sources.of(plan, count), inFlight, journal, progress, pace, tally, end);
  }

  private Present present(StreamState stream) {
    return new Present(
        snapshot.position().timeline(), stream.isLive(), guard.leaseTtl().dividedBy(2));
  }

  private InFlight.Destination destination(GuardedWriter writer, RedisContents contents) {
    if (options.dryRun()) {
      return new NoDestination();
    }
    writer.enter(redis.generation());
    Instant notAfter = redis.time().plus(settings.deadline());
    return new GuardedDestination(
        writer,
        new Lease(guard, ThreadLocalRandom.current()),
        snapshot.position().encode(),
        snapshot.clock(),
        contents,
        notAfter);
  }

  /** Where the warm notes how far it has come. */
  Journal journal(Plan plan, int count, Tally tally) {
    return options.dryRun()
        ? Journal.NONE
        : new RedisJournal(redis.connection(), guard, begun(plan, count), snapshot.clock(), tally);
  }

  private WarmRecord begun(Plan plan, int count) {
    Instant now = snapshot.clock().instant();
    return new WarmRecord(
        WarmRecord.State.RUNNING,
        plan.mode(),
        now,
        now,
        shape,
        last.map(record -> record.sinceWhen(shape, now)).orElse(Instant.EPOCH),
        settings.isPaced(),
        redis.generation(),
        count,
        WarmRecord.Figures.NONE,
        null,
        null);
  }
}
