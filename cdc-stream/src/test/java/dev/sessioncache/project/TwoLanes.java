package dev.sessioncache.project;

import dev.sessioncache.changes.ChangeLine;
import dev.sessioncache.changes.ControlRecords;
import dev.sessioncache.changes.Epoch;
import dev.sessioncache.entries.Entry;
import dev.sessioncache.guard.TransactionId;
import dev.sessioncache.lease.Priority;
import dev.sessioncache.mapping.PlatformMapping;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.StoreBuilder;
import org.jspecify.annotations.Nullable;

/** Two lanes' processors and stores. */
final class TwoLanes implements AutoCloseable {

  private final List<Lane> lanes = new ArrayList<>();
  private Epoch epoch = new Epoch(1, 1);

  TwoLanes(Path stateDir) {
    for (int number = 0; number < 2; number++) {
      lanes.add(new Lane(number, stateDir.resolve("lane-" + number)));
    }
  }

  /** Both lanes have caught up with a baseline of these users. */
  TwoLanes loaded(ChangeLine... users) {
    for (int lane = 0; lane < 2; lane++) {
      take(lane, ChangeLine.of(ControlRecords.baselineBegin()));
      take(lane, users);
      take(
          lane,
          ChangeLine.of(ControlRecords.baselineEnd(TransactionId.of(LaneDriver.BASELINE))),
          ChangeLine.of(ControlRecords.pulse(LaneDriver.NOW.toEpochMilli(), true)));
      lanes.get(lane).context.resetForwards();
    }
    return this;
  }

  /** The lane's committed offset is lost: it reads from the beginning of its changes. */
  TwoLanes loseOffset(int lane) {
    lanes.get(lane).offset = 0;
    return this;
  }

  /** The lane is stopped and comes back with its state after a time. */
  TwoLanes restart(int lane, Duration later) {
    lanes.get(lane).restart(later);
    return this;
  }

  /** Both lanes publish what they have held back. */
  void publish() {
    lanes.forEach(Lane::publish);
  }

  TwoLanes in(Epoch next) {
    epoch = next;
    return this;
  }

  TwoLanes take(int lane, ChangeLine... lines) {
    for (ChangeLine line : lines) {
      lanes.get(lane).process(line.key(), line.value(), epoch.headers());
    }
    return this;
  }

  /** What the lane has sent to {@code entries} since the last call. */
  List<Entry> drain(int lane) {
    List<Entry> entries = entries(lane);
    lanes.get(lane).context.resetForwards();
    return entries;
  }

  /** What the lane has sent to {@code entries}, the pulses of its loading apart. */
  List<Entry> entries(int lane) {
    return lanes.get(lane).context.forwarded(LaneProcessor.TO_ENTRIES).stream()
        .map(sent -> ((Entry.InLane) sent.record().value()).entry())
        .toList();
  }

  Optional<StoredRow> session(int lane, String id) {
    return new LaneRows(lanes.get(lane).context).session(id);
  }

  List<String> sessionsOf(int lane, String user) {
    return new LaneRows(lanes.get(lane).context).sessionsOf(user);
  }

  @Override
  public void close() {
    lanes.forEach(Lane::close);
  }

  private static final class Lane {

    final MockProcessorContext<Object, Object> context;
    private LaneProcessor processor =
        new LaneProcessor(
            PlatformMapping.create(),
            LaneDriver.BOUND,
            LaneDriver.GUARD,
            new Priority.Recency(),
            new SettableClock(LaneDriver.NOW),
            new ProjectProgress(new SimpleMeterRegistry()));
    private long offset;
    private final List<StateStore> stores = new ArrayList<>();

    Lane(int number, Path stateDir) {
      this.context =
          new MockProcessorContext<>(new Properties(), new TaskId(0, number), stateDir.toFile());
      context.setCurrentSystemTimeMs(LaneDriver.NOW.toEpochMilli());
      LaneRows.stores().forEach(this::open);
      open(LaneProgress.store());
      processor.init(context);
    }

    private void open(StoreBuilder<?> builder) {
      StateStore store = builder.withLoggingDisabled().withCachingDisabled().build();
      store.init(context.getStateStoreContext(), store);
      context.addStateStore(store);
      stores.add(store);
    }

    void process(String key, byte @Nullable [] value, Headers headers) {
      context.setRecordMetadata("test.changes", context.taskId().partition(), offset++);
      processor.process(new Record<>(key, value, LaneDriver.NOW.toEpochMilli(), headers));
    }

    /** The punctuators of processors before a restart are still there. */
    void publish() {
      List<MockProcessorContext.CapturedPunctuator> all = context.scheduledPunctuators();
      all.get(all.size() - 1).getPunctuator().punctuate(0);
    }

    void restart(Duration later) {
      SettableClock clock = new SettableClock(LaneDriver.NOW);
      clock.advance(later);
      processor =
          new LaneProcessor(
              PlatformMapping.create(),
              LaneDriver.BOUND,
              LaneDriver.GUARD,
              new Priority.Recency(),
              clock,
              new ProjectProgress(new SimpleMeterRegistry()));
      processor.init(context);
    }

    void close() {
      stores.forEach(StateStore::close);
    }
  }
}
