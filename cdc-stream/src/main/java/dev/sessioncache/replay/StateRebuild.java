package dev.sessioncache.replay;

import dev.sessioncache.command.OperationException;
import dev.sessioncache.config.Configuration;
import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.lease.LeaseSettings;
import dev.sessioncache.lease.Priority;
import dev.sessioncache.mapping.MappingSettings;
import dev.sessioncache.mapping.SessionMapping;
import dev.sessioncache.postgres.DatabaseSettings;
import dev.sessioncache.postgres.PostgresConnections;
import dev.sessioncache.project.Project;
import dev.sessioncache.project.ProjectProgress;
import dev.sessioncache.project.ProjectSettings;
import dev.sessioncache.topic.KafkaAnswer;
import dev.sessioncache.topic.KafkaSecurity;
import dev.sessioncache.topic.KafkaSettings;
import dev.sessioncache.topic.LaneSettings;
import dev.sessioncache.topic.Topics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rebuilds the state of project and the topic {@code entries} from the topic {@code changes}: makes
 * project forget all, and runs it in this process until every lane has read what {@code changes}
 * held at the beginning and has published all that it then knows. Postgres is asked for the types
 * of the columns only. Used by one thread.
 */
final class StateRebuild {

  private static final Logger log = LoggerFactory.getLogger(StateRebuild.class);

  /** No pulse is older: so a lane catches up though no capture has sent one for long. */
  private static final Duration ANY_AGE = Duration.ofDays(10_000);

  private static final Duration TELL_EVERY = Duration.ofSeconds(5);
  private static final Duration STANDSTILL = Duration.ofSeconds(60);
  private static final long LOOK_AGAIN_MILLIS = 200;
  private static final long END_SECONDS = 10;

  private final Configuration configuration;
  private final Admin admin;
  private final Stop stop;
  private final LaneSettings lanes;
  private final ProjectProgress progress = new ProjectProgress(new SimpleMeterRegistry());

  StateRebuild(Configuration configuration, Admin admin, Stop stop) {
    this.configuration = configuration;
    this.admin = admin;
    this.stop = stop;
    this.lanes = configuration.get(LaneSettings.class);
  }

  /**
   * Runs to its end, or until stopped.
   *
   * @throws OperationException when an instance is at work, or changes do not hold a whole baseline
   */
  void run() throws InterruptedException {
    LaneLog changes = new LaneLog(admin, lanes.changesTopic(), lanes.count());
    changes.check();
    ProjectReset reset = new ProjectReset(admin, lanes);
    reset.requireThatNobodyIsAtWork();
    SessionMapping mapping = mapping();
    reset.reset();
    try (Project project = project(mapping, new Topics(admin, lanes).ensure())) {
      project.forgetLocalState();
      CompletableFuture<Void> running =
          CompletableFuture.runAsync(project, task -> new Thread(task, "project").start());
      awaitRead(changes, running);
      awaitPublished(running);
      project.close();
      awaitEnd(running);
    }
  }

  private SessionMapping mapping() {
    try (Connection connection =
        PostgresConnections.open(
            configuration.get(DatabaseSettings.class).url(), "session-cache-warmer replay")) {
      return SessionMapping.resolve(configuration.get(MappingSettings.class), connection);
    } catch (SQLException e) {
      throw new OperationException("Postgres does not tell the types of the columns", e);
    }
  }

  private Project project(SessionMapping mapping, Uuid changes) {
    return new Project(
        configuration.get(KafkaSettings.class),
        configuration.get(KafkaSecurity.class),
        new LaneSettings(lanes.count(), lanes.prefix(), lanes.replication(), ANY_AGE),
        configuration.get(ProjectSettings.class),
        mapping,
        configuration.get(GuardSettings.class),
        Priority.of(configuration.get(LeaseSettings.class)),
        Clock.systemUTC(),
        progress,
        changes);
  }

  private void awaitRead(LaneLog changes, CompletableFuture<Void> running)
      throws InterruptedException {
    Map<TopicPartition, Long> ends = changes.ends();
    long all = ends.values().stream().mapToLong(Long::longValue).sum();
    long best = -1;
    long movedNanos = System.nanoTime();
    long toldNanos = System.nanoTime();
    while (!stop.requested()) {
      throwIfFailed(running);
      Map<TopicPartition, OffsetAndMetadata> committed = committed();
      long read = 0;
      boolean done = true;
      for (Map.Entry<TopicPartition, Long> end : ends.entrySet()) {
        OffsetAndMetadata offset = committed.get(end.getKey());
        long upTo = offset == null ? 0 : Math.min(offset.offset(), end.getValue());
        read += upTo;
        done &= upTo >= end.getValue();
      }
      if (done) {
        return;
      }
      if (read > best) {
        best = read;
        movedNanos = System.nanoTime();
      } else if (System.nanoTime() - movedNanos > STANDSTILL.toNanos()) {
        throw new OperationException("project does not get on with the changes: run it again");
      }
      if (System.nanoTime() - toldNanos > TELL_EVERY.toNanos()) {
        toldNanos = System.nanoTime();
        log.info("event=rebuilding percent={} offsets={} of={}", 100 * read / all, read, all);
      }
      Thread.sleep(LOOK_AGAIN_MILLIS);
    }
  }

  private Map<TopicPartition, OffsetAndMetadata> committed() throws InterruptedException {
    return KafkaAnswer.of(
        admin.listConsumerGroupOffsets(lanes.projectApplication()).partitionsToOffsetAndMetadata(),
        "Kafka does not tell how far project has come: may we describe its group?");
  }

  /** Judges lanes by what they say after all was read. */
  private void awaitPublished(CompletableFuture<Void> running) throws InterruptedException {
    long readNanos = System.nanoTime();
    while (!stop.requested()) {
      throwIfFailed(running);
      Map<Integer, ProjectProgress.Lane> stands = progress.lanes();
      long published = 0;
      for (Map.Entry<Integer, ProjectProgress.Lane> one : stands.entrySet()) {
        boolean isNew = one.getValue().atNanos() - readNanos > 0;
        if (isNew && one.getValue().waitsForPulse()) {
          throw new OperationException(
              "lane "
                  + one.getKey()
                  + " of "
                  + lanes.changesTopic()
                  + " holds no complete baseline: start the stream, it reads Postgres");
        }
        published += isNew && one.getValue().allPublished() ? 1 : 0;
      }
      if (published == lanes.count()) {
        return;
      }
      Thread.sleep(LOOK_AGAIN_MILLIS);
    }
  }

  private static void throwIfFailed(CompletableFuture<Void> running) {
    if (running.isDone()) {
      try {
        running.join();
      } catch (CompletionException e) {
        throw e.getCause() instanceof RuntimeException known ? known : e;
      }
    }
  }

  private static void awaitEnd(CompletableFuture<Void> running) throws InterruptedException {
    try {
      running.get(END_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new OperationException("project has not ended in order: run it again", e);
    }
  }
}
