package dev.sessioncache.replay;

import dev.sessioncache.apply.ApplySettings;
import dev.sessioncache.apply.RedisIdentity;
import dev.sessioncache.command.OperationException;
import dev.sessioncache.command.StopSignal;
import dev.sessioncache.config.Configuration;
import dev.sessioncache.guard.Generation;
import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.guard.ValueKeys;
import dev.sessioncache.mapping.MappingSettings;
import dev.sessioncache.progress.Progress;
import dev.sessioncache.progress.ProgressFigures;
import dev.sessioncache.redis.EvictionPolicy;
import dev.sessioncache.redis.RedisConnection;
import dev.sessioncache.redis.RedisConnections;
import dev.sessioncache.redis.RedisSettings;
import dev.sessioncache.topic.KafkaClients;
import dev.sessioncache.topic.LaneSettings;
import io.lettuce.core.RedisException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One replay. The generation of Redis is entered first, then the ends of all lanes are taken, then
 * the lanes are read and written side by side, and in the end what the log does not know is
 * removed. It writes no watermarks: it claims nothing of how current the cache is. Used by one
 * thread.
 */
final class ReplayJob {

  private static final Logger log = LoggerFactory.getLogger(ReplayJob.class);
  private static final Duration ADMIN_CLOSE_TIMEOUT = Duration.ofSeconds(2);

  private final Configuration configuration;
  private final ReplayOptions options;
  private final Progress progress;
  private final Stop stop;
  private final GuardSettings settings;
  private final LaneSettings laneSettings;
  private final KafkaClients kafka;
  private final Tally tally = new Tally();
  private final long startNanos = System.nanoTime();

  ReplayJob(
      Configuration configuration, ReplayOptions options, Progress progress, StopSignal signal) {
    this.configuration = configuration;
    this.options = options;
    this.progress = progress;
    this.stop = new Stop(signal);
    this.settings = configuration.get(GuardSettings.class);
    this.laneSettings = configuration.get(LaneSettings.class);
    this.kafka = KafkaClients.of(configuration);
  }

  /**
   * Runs to its end, or until stopped.
   *
   * @throws dev.sessioncache.command.OperationException with one line that says what to do
   */
  ReplayReport run() throws InterruptedException {
    Admin admin = kafka.admin();
    try (RedisConnections redis =
        new RedisConnections(
            configuration.get(RedisSettings.class),
            options.secondRedis() ? Replay.TARGET_VARIABLE + ", --target" : "REDIS_URL",
            "session-cache-warmer:replay")) {
      LaneLog entries = new LaneLog(admin, laneSettings.entriesTopic(), laneSettings.count());
      String topicId = entries.check();
      RedisConnection connection = redis.open();
      EvictionPolicy.check(connection);
      Map<TopicPartition, Long> rebuiltFrom =
          options.fromChanges() ? rebuilt(entries, admin) : Map.of();
      Instant began = ReplayJournal.now(connection);
      String generation = new Generation(settings).current(connection);
      RedisIdentity filled = RedisIdentity.of(connection, generation);
      ReplayJournal journal = new ReplayJournal(connection, settings, generation, topicId, began);
      List<LaneReplay> lanes = lanes(entries.ranges(), rebuiltFrom, journal);
      Workers workers =
          new Workers(
              kafka,
              redis,
              settings,
              new Workers.Entered(generation, began.plus(writesFor())),
              shared());
      Handover handover =
          new Handover(admin, configuration.get(ApplySettings.class).groupId(laneSettings));
      return run(lanes, workers, journal, connection, filled, handover);
    } catch (RedisException e) {
      throw RedisFailure.explain(e);
    } finally {
      admin.close(ADMIN_CLOSE_TIMEOUT);
    }
  }

  /**
   * What has been taken away since the lanes' ends were taken is kept out by its guard for so long;
   * a tenth is for what apply had read before it was committed.
   */
  private Duration writesFor() {
    return settings.guardTtl().multipliedBy(9).dividedBy(10);
  }

  private LaneReplay.Shared shared() {
    return new LaneReplay.Shared(settings.guardTtl(), Clock.systemUTC(), tally, stop);
  }

  /** Returns from which offset up the lanes have been written anew. */
  private Map<TopicPartition, Long> rebuilt(LaneLog entries, Admin admin)
      throws InterruptedException {
    Map<TopicPartition, Long> ends = entries.ends();
    new StateRebuild(configuration, admin, stop).run();
    return ends;
  }

  private List<LaneReplay> lanes(
      List<LaneRange> ranges, Map<TopicPartition, Long> rebuiltFrom, ReplayJournal journal) {
    Map<Integer, DoneOffsets> earlier =
        options.fromChanges() ? Map.of() : journal.earlier(settings.leaseTtl());
    if (!earlier.isEmpty()) {
      log.info("event=replay_goes_on hint=\"what the run before has written is kept\"");
    }
    List<LaneReplay> lanes = new ArrayList<>();
    for (LaneRange range : ranges) {
      DoneOffsets done = earlier.getOrDefault(range.number(), DoneOffsets.NONE);
      lanes.add(
          new LaneReplay(
              range,
              rebuiltFrom.getOrDefault(range.lane(), 0L),
              done,
              LaneKeys.forOneOf(ranges.size()),
              shared()));
    }
    return lanes;
  }

  private ReplayReport run(
      List<LaneReplay> lanes,
      Workers workers,
      ReplayJournal journal,
      RedisConnection connection,
      RedisIdentity filled,
      Handover handover)
      throws InterruptedException {
    String state = "failed";
    try {
      long offsets = lanes.stream().mapToLong(lane -> lane.range().length()).sum();
      workers.run(
          lanes,
          Math.min(options.threads(), lanes.size()),
          () -> {
            progress.update(figures(offsets));
            journal.now(lanes);
          });
      requireTheSame(connection, filled);
      if (!stop.requested()) {
        Tombstones.send(kafka, lanes);
      }
      String orphansKept = removeOrphans(lanes, connection, filled.generation());
      state = stop.bySignal() ? "interrupted" : ReplayRecord.DONE;
      Optional<String> group =
          orphansKept == null && !stop.requested()
              ? handover.to(lanes, filled, options.fromChanges() && !options.secondRedis())
              : Optional.empty();
      return report(state, lanes, orphansKept, group);
    } finally {
      journal.ended(state, lanes);
    }
  }

  /** A server that was started again may have come back without what it had taken. */
  private static void requireTheSame(RedisConnection connection, RedisIdentity filled) {
    if (!RedisIdentity.of(connection, filled.generation()).equals(filled)) {
      throw new OperationException(
          "Redis was restarted or has failed over meanwhile, and may have lost what it was given:"
              + " run the replay again once it is stable");
    }
  }

  private ProgressFigures figures(long offsets) {
    Tally.Figures now = tally.figures();
    return new ProgressFigures(
        now.offsets(),
        offsets,
        now.kept(),
        now.counts().stored() + now.counts().removed(),
        now.counts().older(),
        now.unreadable(),
        now.retries(),
        time());
  }

  private Duration time() {
    return Duration.ofNanos(System.nanoTime() - startNanos);
  }

  /** Returns why they were kept; null when they were removed. */
  private @Nullable String removeOrphans(
      List<LaneReplay> lanes, RedisConnection connection, String generation) {
    if (stop.requested()) {
      return "the replay was stopped";
    }
    try (LogTail tail = new LogTail(kafka, lanes.stream().map(LaneReplay::range).toList())) {
      Leftovers leftovers =
          new Leftovers(
              lanes,
              new Orphans(
                  connection,
                  settings,
                  new ValueKeys(configuration.get(MappingSettings.class).key(), settings),
                  generation,
                  tail,
                  stop),
              tally);
      leftovers.removeUnusable();
      String kept = null;
      if (options.keepOrphans()) {
        kept = "--keep-orphans";
      } else if (!options.fromChanges()) { // there it was waited for
        kept = leftovers.whyToBeKept(laneSettings.stalenessBound()).orElse(null);
      }
      if (kept == null) {
        leftovers.removeUnknown();
      }
      return kept;
    }
  }

  private ReplayReport report(
      String state, List<LaneReplay> lanes, @Nullable String orphansKept, Optional<String> group) {
    long asOf = lanes.stream().mapToLong(lane -> lane.newest().atMillis()).min().orElse(0);
    return new ReplayReport(
        state,
        configuration.get(RedisSettings.class).url().toString(),
        laneSettings.entriesTopic(),
        lanes.size(),
        tally.figures(),
        orphansKept,
        group,
        asOf == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(asOf)),
        time());
  }
}
