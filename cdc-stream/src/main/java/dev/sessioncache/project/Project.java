package dev.sessioncache.project;

import dev.sessioncache.command.OperationException;
import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.lease.Priority;
import dev.sessioncache.mapping.SessionMapping;
import dev.sessioncache.topic.KafkaConnection;
import dev.sessioncache.topic.KafkaSecurity;
import dev.sessioncache.topic.KafkaSettings;
import dev.sessioncache.topic.LaneSettings;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.ProcessorStateException;
import org.apache.kafka.streams.errors.StreamsException;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Project: runs the topology until closed, with one client of Kafka Streams after the other. One
 * that fails because Kafka is away is replaced once Kafka answers, however long that takes. State
 * that can't be opened is deleted once and restored from Kafka. Any other failure ends {@link #run}
 * with its cause; the process is then to end.
 *
 * <p>{@link #run} blocks its thread; all else may be called from any.
 */
public final class Project implements Runnable, AutoCloseable {

  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  private static final Logger log = LoggerFactory.getLogger(Project.class);

  private final Properties properties;
  private final Supplier<Topology> topology;
  private final BiFunction<Topology, Properties, KafkaStreams> maker;
  private final ChangesTopic changes;
  private final ProjectProgress progress;
  private final ProjectOutage outage;
  private final Duration bound;
  private final Clock clock;
  private final CountDownLatch closed = new CountDownLatch(1);
  private CompletableFuture<Optional<Throwable>> end = new CompletableFuture<>();
  private volatile KafkaStreams streams;
  private Optional<StreamsFigures> figures = Optional.empty();

  /**
   * Starts nothing yet.
   *
   * @param changes id of the topic, by which a local state of lanes that are gone is known
   */
  public Project(
      KafkaSettings kafka,
      KafkaSecurity security,
      LaneSettings lanes,
      ProjectSettings settings,
      SessionMapping mapping,
      GuardSettings guard,
      Priority priority,
      Clock clock,
      ProjectProgress progress,
      Uuid changes) {
    this(
        ProjectProperties.of(kafka, security, lanes, settings),
        () -> ProjectTopology.build(lanes, mapping, guard, priority, clock, progress),
        KafkaStreams::new,
        new ChangesTopic(
            KafkaConnection.properties(kafka, security), lanes.changesTopic(), changes),
        progress,
        new ProjectOutage(kafka.bootstrapServers().value(), System::nanoTime),
        lanes.stalenessBound(),
        clock);
    forgetOtherLanes(
        new LocalState(ProjectProperties.stateDir(settings), lanes.projectApplication(), changes));
  }

  /** As above, with a local state of the present topic and with clients of another make. */
  Project(
      Properties properties,
      Supplier<Topology> topology,
      BiFunction<Topology, Properties, KafkaStreams> maker,
      ChangesTopic changes,
      ProjectProgress progress,
      ProjectOutage outage,
      Duration bound,
      Clock clock) {
    this.properties = properties;
    this.topology = topology;
    this.maker = maker;
    this.changes = changes;
    this.progress = progress;
    this.outage = outage;
    this.bound = bound;
    this.clock = clock;
    this.streams = create();
  }

  private void forgetOtherLanes(LocalState state) {
    if (!state.isOfThePresentTopic()) {
      log.info("event=state_begins_anew hint=\"what was stored, if anything, is of other lanes\"");
      streams.cleanUp();
      state.note();
    }
  }

  private KafkaStreams create() {
    try {
      return maker.apply(topology.get(), properties);
    } catch (StreamsException e) {
      throw new OperationException(
          "the state directory "
              + properties.get(StreamsConfig.STATE_DIR_CONFIG)
              + " can't be used: is another instance running in it? Give each its own with"
              + " project.state.dir",
          e);
    }
  }

  /**
   * Has the figures of Kafka Streams among these from now on: those of the present client. There
   * are none between two clients, while Kafka is waited for.
   */
  public synchronized void bindTo(MeterRegistry registry) {
    figures = Optional.of(new StreamsFigures(registry));
    measure();
  }

  private void measure() {
    figures.ifPresent(them -> them.of(streams));
  }

  /** Why project does not do its work; empty while it does. */
  public Optional<String> whyNotReady() {
    return outage
        .whyWaiting()
        .or(this::whyNotRunning)
        .or(() -> progress.whyBehind(bound, clock.millis()));
  }

  private Optional<String> whyNotRunning() {
    KafkaStreams.State state = streams.state();
    return state.isRunningOrRebalancing() ? Optional.empty() : Optional.of("it is " + state);
  }

  /** Before {@link #run}: what Kafka holds of the state is then restored. */
  public synchronized void forgetLocalState() {
    streams.cleanUp();
  }

  /**
   * Runs until closed.
   *
   * @throws OperationException when it has failed and waiting for Kafka would not help
   */
  @Override
  public void run() {
    try {
      runClients();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      throw failure(e);
    }
  }

  private void runClients() throws InterruptedException {
    boolean stateDeleted = false;
    for (Optional<Throwable> why = runClient(); why.isPresent(); why = runClient()) {
      Throwable failure = why.get();
      if (!isOfTheState(failure)) {
        replaceWhenKafkaIsBack(failure);
      } else if (stateDeleted) {
        throw failure(failure);
      } else {
        stateDeleted = true;
        replaceWithoutState();
      }
    }
  }

  /** Returns what has ended it; empty when we are closed. */
  private Optional<Throwable> runClient() {
    CompletableFuture<Optional<Throwable>> thisEnd = new CompletableFuture<>();
    synchronized (this) {
      if (isClosed()) {
        return Optional.empty();
      }
      end = thisEnd;
      streams.setUncaughtExceptionHandler(
          failure -> {
            thisEnd.complete(Optional.of(failure));
            return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
          });
      streams.setStateListener(
          (now, before) -> {
            if (now == KafkaStreams.State.RUNNING) {
              outage.runs();
            }
          });
      try {
        streams.start();
      } catch (RuntimeException e) {
        return Optional.of(e);
      }
    }
    return thisEnd.join();
  }

  private void replaceWithoutState() {
    log.warn("event=state_damaged hint=\"it is deleted and restored from Kafka\"");
    endClient();
    streams.cleanUp();
    replaceClient();
  }

  /**
   * Not the answer to the failure {@code REPLACE_THREAD}: a thread that can't make its clients,
   * since no name of a broker resolves, is gone without a word, and Kafka Streams 4.3 calls itself
   * running without any. Nor is a client made before Kafka answers: one whose making fails half-way
   * keeps the state directory locked.
   */
  private void replaceWhenKafkaIsBack(Throwable first) throws InterruptedException {
    Throwable failure = first;
    while (outage.isWaitedFor(failure)) {
      if (closed.await(outage.failed(failure).toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
      try {
        if (endClient()) {
          changes.requireTheSame();
          replaceClient();
          return;
        }
      } catch (ExecutionException | RuntimeException e) {
        failure = e;
      }
    }
    throw failure(failure);
  }

  /** Returns whether its threads have ended in time. */
  private boolean endClient() {
    synchronized (this) {
      figures.ifPresent(StreamsFigures::end);
    }
    return streams.close(CloseOptions.timeout(CLOSE_TIMEOUT));
  }

  private synchronized void replaceClient() {
    if (!isClosed()) {
      streams = create();
      measure();
    }
  }

  private boolean isClosed() {
    return closed.getCount() == 0;
  }

  private static boolean isOfTheState(Throwable e) {
    return Stream.iterate(e, Objects::nonNull, Throwable::getCause)
        .anyMatch(ProcessorStateException.class::isInstance);
  }

  private static OperationException failure(Throwable cause) {
    return cause instanceof OperationException known
        ? known
        : new OperationException(
            "project has failed ("
                + cause.getClass().getSimpleName()
                + "): start it again; --verbose tells more",
            cause);
  }

  @Override
  public void close() {
    closed.countDown();
    synchronized (this) {
      end.complete(Optional.empty());
      figures.ifPresent(StreamsFigures::end);
      streams.close(
          CloseOptions.timeout(CLOSE_TIMEOUT)
              .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
    }
  }
}
