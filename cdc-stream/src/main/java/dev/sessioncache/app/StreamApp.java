package dev.sessioncache.app;

import dev.sessioncache.apply.Apply;
import dev.sessioncache.apply.ApplyClients;
import dev.sessioncache.apply.ApplyProgress;
import dev.sessioncache.apply.ApplySettings;
import dev.sessioncache.capture.Capture;
import dev.sessioncache.capture.CaptureClients;
import dev.sessioncache.capture.CaptureProgress;
import dev.sessioncache.capture.CaptureSettings;
import dev.sessioncache.config.Configuration;
import dev.sessioncache.dashboard.ServerWatches;
import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.http.Readiness;
import dev.sessioncache.lease.LeaseSettings;
import dev.sessioncache.lease.Priority;
import dev.sessioncache.mapping.MappingSettings;
import dev.sessioncache.mapping.SessionMapping;
import dev.sessioncache.postgres.DatabaseSettings;
import dev.sessioncache.postgres.PostgresConnections;
import dev.sessioncache.project.Project;
import dev.sessioncache.project.ProjectProgress;
import dev.sessioncache.project.ProjectSettings;
import dev.sessioncache.redis.EvictionPolicy;
import dev.sessioncache.redis.RedisConnection;
import dev.sessioncache.redis.RedisConnections;
import dev.sessioncache.redis.RedisSettings;
import dev.sessioncache.redis.RedisTime;
import dev.sessioncache.topic.KafkaClients;
import dev.sessioncache.topic.KafkaSecurity;
import dev.sessioncache.topic.KafkaSettings;
import dev.sessioncache.topic.KafkaWatch;
import dev.sessioncache.topic.LaneSettings;
import dev.sessioncache.topic.Topics;
import dev.sessioncache.verify.ContinuousVerify;
import dev.sessioncache.verify.VerifyMeters;
import dev.sessioncache.warm.CacheWarmer;
import dev.sessioncache.warm.ColdCache;
import dev.sessioncache.warm.StreamState;
import dev.sessioncache.warm.WarmSettings;
import io.lettuce.core.RedisException;
import java.lang.management.ManagementFactory;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.Uuid;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The roles of one process: started in the order of the data's flow, run until one of them ends or
 * {@link #stop} is called, then stopped. The first failure is the process's failure.
 */
final class StreamApp implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(StreamApp.class);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

  private final Configuration configuration;
  private final Set<Role> roles;
  private final LaneSettings lanes;
  private final KafkaClients kafka;
  private final StreamMeters meters = new StreamMeters();
  private final Readiness readiness = new Readiness();
  private final Clock clock;
  private final RunningParts parts = new RunningParts();
  private final AtomicBoolean toldOfEnd = new AtomicBoolean();
  private volatile boolean starting = true;
  private volatile Optional<String> url = Optional.empty();

  StreamApp(Configuration configuration, Set<Role> roles, Clock clock) {
    this.configuration = configuration;
    this.roles = roles;
    this.clock = clock;
    this.lanes = configuration.get(LaneSettings.class);
    this.kafka = KafkaClients.of(configuration);
  }

  /** Runs until stopped, or throws what ended it. */
  void run() throws SQLException, InterruptedException {
    parts.own(meters).tellOf(lanes);
    if (roles.contains(Role.PROJECT)) {
      configuration.get(ProjectSettings.class).requireStateDir();
    }
    readiness.add("start", () -> starting ? Optional.of("it is starting") : Optional.empty());
    String self = ManagementFactory.getRuntimeMXBean().getName(); // process id and host
    Telling telling =
        parts.own(new Telling(self, configuration, meters.registry(), readiness, clock));
    url = telling.start();
    RedisConnections redis =
        parts.own(
            new RedisConnections(
                configuration.get(RedisSettings.class), "session-cache-warmer:stream"));
    Uuid changes = ensureTopics();
    watchKafka();
    RedisConnection connection = redis.open();
    EvictionPolicy.check(connection);
    tellHowFarBehind(connection);
    if (roles.contains(Role.CAPTURE) && configuration.get(WarmSettings.class).whenCold()) {
      warmWhenCold(connection);
    }
    StatusReporter status =
        new StatusReporter(
            connection, configuration.get(GuardSettings.class), self, url, readiness, clock);
    telling.use(status);
    parts
        .own(
            new WarmWatch(
                connection, configuration.get(GuardSettings.class), meters.registry(), clock))
        .start();
    if (url.isPresent()) {
      telling.use(parts.own(watches(redis.open())));
    }
    if (roles.contains(Role.APPLY)) {
      startApply(redis, status);
    }
    if (needsPostgres()) {
      startFromPostgres(status, changes);
      parts
          .own(new ContinuousVerify(configuration, redis, new VerifyMeters(meters.registry())))
          .start();
    }
    parts.own(status).start();
    starting = false;
    log.info("event=started roles={} configuration=\n{}", roles, configuration.describe());
    try {
      parts.awaitEnd();
    } catch (ExecutionException e) {
      throw Failures.rethrow(e);
    }
  }

  /** Where it tells how it is, once it does. */
  Optional<String> url() {
    return url;
  }

  private ServerWatches watches(RedisConnection connection) {
    return new ServerWatches(
        connection,
        configuration.get(GuardSettings.class),
        lanes.count(),
        kafka.admin(),
        needsPostgres()
            ? Optional.of(configuration.get(DatabaseSettings.class).url())
            : Optional.empty(),
        clock);
  }

  private boolean needsPostgres() {
    return roles.contains(Role.PROJECT) || roles.contains(Role.CAPTURE);
  }

  /** Before apply leaves its signs there. The stream can do without. */
  private void warmWhenCold(RedisConnection connection) {
    CacheWarmer warmer = parts.own(new CacheWarmer(configuration));
    if (isCold(connection)) {
      log.info("event=cold_cache hint=\"it is warmed from Postgres beside the stream\"");
      var unused =
          warmer
              .startInBackground()
              .thenAccept(
                  outcome ->
                      log.info(
                          "event=cold_cache_warmed sessions={} coverage={}",
                          outcome.sessions(),
                          outcome.coverage().isPresent()
                              ? outcome.coverage().getAsDouble()
                              : "unknown"));
    }
  }

  /** By the clock of Redis; of one that no stream has kept current yet there is nothing to tell. */
  private void tellHowFarBehind(RedisConnection connection) {
    Instant now = RedisTime.of(connection);
    long lag =
        StreamState.read(connection.sync(), configuration.get(GuardSettings.class), now)
            .lagMillis();
    if (lag > lanes.stalenessBound().toMillis() && lag < Long.MAX_VALUE) {
      log.info(
          "event=redis_is_behind ms={} as_of={} hint=\"it is caught up now; readers ask Postgres"
              + " meanwhile\"",
          lag,
          now.minusMillis(lag));
    }
  }

  private boolean isCold(RedisConnection connection) {
    try {
      return ColdCache.isCold(connection, configuration.get(GuardSettings.class));
    } catch (RedisException e) {
      log.warn("event=cold_cache_unknown cause={}", e.getClass().getSimpleName());
      return false;
    }
  }

  private void startFromPostgres(StatusReporter status, Uuid changes) throws SQLException {
    SessionMapping mapping = resolveMapping();
    if (roles.contains(Role.PROJECT)) {
      startProject(mapping, status, changes);
    }
    if (roles.contains(Role.CAPTURE)) {
      startCapture(mapping, status);
    }
  }

  private SessionMapping resolveMapping() throws SQLException {
    try (Connection connection =
        PostgresConnections.open(
            configuration.get(DatabaseSettings.class).url(), "session-cache-warmer start")) {
      return SessionMapping.resolve(configuration.get(MappingSettings.class), connection);
    }
  }

  private void watchKafka() {
    Admin admin = kafka.admin();
    parts.own(() -> admin.close(CLOSE_TIMEOUT));
    parts
        .own(
            new KafkaWatch(
                configuration.get(KafkaSettings.class).bootstrapServers().value(), admin))
        .start();
  }

  /** Returns the id of {@code changes}. */
  private Uuid ensureTopics() throws InterruptedException {
    Admin admin = kafka.admin();
    try {
      return new Topics(admin, lanes).ensure();
    } finally {
      admin.close(CLOSE_TIMEOUT); // without a bound it waits for a broker that hangs
    }
  }

  private void startApply(RedisConnections redis, StatusReporter status) {
    ApplyProgress progress = new ApplyProgress(meters.registry());
    Producer<byte[], byte[]> deadLetters = meters.measured(kafka.deadLetterProducer());
    parts.own(() -> deadLetters.close(CLOSE_TIMEOUT));
    Apply apply =
        new Apply(
            new ApplyClients(
                meters.measured(
                    kafka.member(
                        configuration.get(ApplySettings.class).groupId(lanes),
                        configuration.get(KafkaSettings.class).sessionTimeout())),
                kafka::reader,
                deadLetters,
                configuration.get(RedisSettings.class).url().address(),
                redis::open),
            lanes,
            configuration.get(GuardSettings.class),
            configuration.get(LeaseSettings.class),
            configuration.get(MappingSettings.class).keys(),
            progress,
            clock);
    status.add("apply", () -> Statuses.of(progress));
    readiness.add("apply", () -> progress.whyNotReady(lanes.stalenessBound()));
    parts.start("apply", apply);
  }

  private void startProject(SessionMapping mapping, StatusReporter status, Uuid changes) {
    ProjectProgress progress = new ProjectProgress(meters.registry());
    Project project =
        new Project(
            configuration.get(KafkaSettings.class),
            configuration.get(KafkaSecurity.class),
            lanes,
            configuration.get(ProjectSettings.class),
            mapping,
            configuration.get(GuardSettings.class),
            Priority.of(configuration.get(LeaseSettings.class)),
            clock,
            progress,
            changes);
    project.bindTo(meters.registry());
    status.add("project", () -> Statuses.of(progress, clock.millis()));
    readiness.add("project", project::whyNotReady);
    parts.start("project", project);
  }

  private void startCapture(SessionMapping mapping, StatusReporter status) {
    CaptureProgress progress = new CaptureProgress(meters.registry());
    Producer<String, byte[]> producer = meters.measured(kafka.producer());
    parts.own(() -> producer.close(CLOSE_TIMEOUT));
    Capture capture =
        new Capture(
            configuration.get(DatabaseSettings.class).url(),
            configuration.get(CaptureSettings.class),
            lanes,
            mapping,
            new CaptureClients(
                configuration.get(KafkaSettings.class).bootstrapServers().value(),
                producer,
                kafka::reader,
                () -> kafka.watcher(lanes.captureGroup())),
            progress);
    status.add("capture", () -> Statuses.of(progress, clock.millis()));
    readiness.add("capture", progress::whyNotReady);
    parts.start("capture", capture);
  }

  /** Asks all parts to end; {@link #run} then returns. May be called from any thread. */
  void stop() {
    parts.stop();
  }

  @Override
  public void close() {
    long begin = System.nanoTime();
    parts.close();
    if (!starting && toldOfEnd.compareAndSet(false, true)) {
      log.info(
          "event=stopped ms={} reason=\"{}\"",
          Duration.ofNanos(System.nanoTime() - begin).toMillis(),
          parts.whyEnded().orElse("closed"));
    }
  }
}
