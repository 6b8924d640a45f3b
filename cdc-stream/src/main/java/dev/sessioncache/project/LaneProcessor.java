package dev.sessioncache.project;

import dev.sessioncache.changes.Change;
import dev.sessioncache.changes.ChangeReader;
import dev.sessioncache.changes.Epoch;
import dev.sessioncache.changes.UnreadableChangeException;
import dev.sessioncache.entries.Entry;
import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.lease.Priority;
import dev.sessioncache.mapping.SessionMapping;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.NullUnmarked;

/**
 * One lane: applies a change to the lane's rows and says what follows for the cache. Owned by the
 * lane's Streams task, which calls it from one thread.
 */
@NullUnmarked // Streams hands over the context in init
final class LaneProcessor implements Processor<String, byte[], Object, Object> {

  static final String TO_ENTRIES = "entries";
  static final String TO_DEAD_LETTERS = "dead-letters";

  /** A pulse that is further ahead of our clock is none: it would end all lag for good. */
  private static final Duration LONGEST_AHEAD = Duration.ofDays(1);

  private final ChangeReader reader;
  private final SessionMapping mapping;
  private final Duration stalenessBound;
  private final GuardSettings guard;
  private final Priority priority;
  private final Clock clock;
  private final ProjectProgress counts;
  private final NewestTransaction newest = new NewestTransaction();

  private ProcessorContext<Object, Object> context;
  private LaneProgress progress;
  private LaneOutput output;
  private SessionChanges sessions;
  private UserChanges users;
  private UnusableRecords unusable;
  private RowPasses passes;
  private boolean started;
  private boolean hadRecords;

  LaneProcessor(
      SessionMapping mapping,
      Duration stalenessBound,
      GuardSettings guard,
      Priority priority,
      Clock clock,
      ProjectProgress counts) {
    this.reader = new ChangeReader(mapping);
    this.mapping = mapping;
    this.stalenessBound = stalenessBound;
    this.guard = guard;
    this.priority = priority;
    this.clock = clock;
    this.counts = counts;
  }

  @Override
  public void init(ProcessorContext<Object, Object> context) {
    this.context = context;
    LaneRows rows = new LaneRows(context);
    this.progress = new LaneProgress(context, stalenessBound, guard, clock, counts);
    this.output = new LaneOutput(context);
    EntryMaker entries = new EntryMaker(mapping);
    this.sessions =
        new SessionChanges(
            rows,
            entries,
            output,
            progress,
            mapping,
            newest,
            new Priorities(priority, mapping.activity()),
            guard.leaseTtl(),
            clock);
    this.users = new UserChanges(rows, sessions, progress, mapping, newest);
    this.unusable = new UnusableRecords(context, mapping, sessions, users, counts);
    this.passes = new RowPasses(rows, progress, sessions, users);
    this.started = false;
    Publisher publisher = new Publisher(rows, sessions, progress);
    context.schedule(
        Publisher.EVERY,
        PunctuationType.WALL_CLOCK_TIME,
        now -> {
          passes.goOn();
          publisher.publishSome(!hadRecords);
          hadRecords = false;
        });
  }

  @Override
  public void process(Record<String, byte[]> record) {
    if (!started) {
      started = true;
      if (progress.wasStoppedForTooLong()) {
        passes.forget();
      }
      progress.isAtWork();
    }
    hadRecords = true;
    progress.reads(offset());
    Optional<byte[]> value = ChangeReader.value(record.value(), record.headers());
    if (value.isEmpty()) {
      return; // a tombstone of somebody else's making
    }
    try {
      Optional<Epoch> epoch = ChangeReader.epoch(record.headers());
      if (!progress.isPresent(epoch, ChangeReader.term(record.headers()))) {
        return;
      }
      apply(reader.read(value.get(), record.headers()), epoch.orElse(progress.epoch()));
    } catch (UnreadableChangeException e) {
      unusable.take(record, value.get(), e);
    }
  }

  private long offset() {
    return context.recordMetadata().map(RecordMetadata::offset).orElseThrow();
  }

  private void apply(Change change, Epoch epoch) throws UnreadableChangeException {
    if (change instanceof Change.Pulse pulse) {
      if (pulse.atMillis() > clock.instant().plus(LONGEST_AHEAD).toEpochMilli()) {
        throw new UnreadableChangeException("the pulse is more than a day ahead of our clock");
      }
      progress.pulse(pulse, offset());
      if (progress.isTrueForRedis(pulse)) {
        output.emit(new Entry.Pulse(pulse.atMillis(), progress.floor()));
      } else if (progress.hasCaughtUp()) {
        output.emit(new Entry.Publishing(pulse.atMillis()));
      }
      return;
    }
    progress.checkBound();
    if (change instanceof Change.Upsert upsert) {
      newest.saw(upsert.version().transaction());
      if (upsert.source() == Change.Source.SESSIONS) {
        sessions.upsert(upsert);
      } else {
        users.upsert(upsert);
      }
    } else if (change instanceof Change.Delete delete) {
      newest.saw(delete.version().transaction());
      if (delete.source() == Change.Source.SESSIONS) {
        sessions.delete(delete.id(), delete.version(), delete.committedAtMicros());
      } else {
        users.delete(delete.id(), delete.version(), delete.committedAtMicros());
      }
    } else if (change instanceof Change.Truncate truncate) {
      passes.truncate(truncate);
    } else if (change instanceof Change.Moved moved) {
      sessions.moved(moved);
    } else if (change instanceof Change.BaselineBegin) {
      progress.baselineBegins(epoch);
    } else if (change instanceof Change.BaselineEnd end) {
      progress.baselineEnds(end.transaction());
      passes.confirm(end.transaction());
    }
  }

  /** The lane goes to another instance, or is opened again by this one. */
  @Override
  public void close() {
    counts.gone(context.taskId().partition());
  }
}
