package dev.sessioncache.project;

import dev.sessioncache.changes.Change;
import dev.sessioncache.changes.Epoch;
import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.guard.TransactionId;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.processor.api.ProcessingContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the lane is behind or has caught up.
 *
 * <p>A lane that is behind only takes away: it starts so, falls back to it when its watermark
 * leaves the bound, and publishes again once a pulse within the bound arrives. The pulse must have
 * been sent after the baseline was complete: a snapshot that is newer than the baseline rows is
 * then older than what the lane publishes, and an old row can't replace it.
 */
final class LaneProgress {

  static final String STORE = "lane";

  private static final Logger log = LoggerFactory.getLogger(LaneProgress.class);
  private static final String KEY = "state";

  /** Topics keep tombstones for 7 days, see {@link dev.sessioncache.topic.Topics}. */
  private static final Duration LONGEST_STOP = Duration.ofDays(6);

  private static final Duration NOTED_EVERY = Duration.ofHours(1);

  private final KeyValueStore<String, LaneState> store;
  private final int lane;
  private final Duration bound;
  private final Clock clock;
  private final HeldBack heldBack;
  private final IgnoredRecords ignored;
  private final ProjectProgress progress;
  private LaneState state;
  private boolean stoppedForTooLong;

  /**
   * @param guard how long values live in Redis
   */
  LaneProgress(
      ProcessingContext context,
      Duration bound,
      GuardSettings guard,
      Clock clock,
      ProjectProgress progress) {
    this.store = context.getStateStore(STORE);
    this.lane = context.taskId().partition();
    this.bound = bound;
    this.heldBack = new HeldBack(guard, bound);
    this.clock = clock;
    this.progress = progress;
    this.ignored = new IgnoredRecords(lane, progress);
    LaneState stored = store.get(KEY);
    this.state = stored == null ? LaneState.EMPTY : stored;
    long lastAtWork = state.reading().atMillis();
    this.stoppedForTooLong =
        lastAtWork > 0 && lastAtWork < clock.instant().minus(LONGEST_STOP).toEpochMilli();
  }

  static StoreBuilder<?> store() {
    return Stores.keyValueStoreBuilder(
        Stores.persistentKeyValueStore(STORE), Serdes.String(), LaneStateSerde.create());
  }

  Epoch epoch() {
    return state.epoch();
  }

  boolean isLoading() {
    return state.rows() == LaneState.Rows.LOADING;
  }

  /** Whether the lane's baseline, or a change since, has told of the row. */
  boolean isConfirmed(StoredRow row) {
    return row.epoch().compareTo(state.epoch()) >= 0;
  }

  /** The pass over the lane's rows that is to be gone on with. */
  Optional<RowPass> pass() {
    return state.passes().stream().findFirst();
  }

  void waitsFor(RowPass pass) {
    beginAnew(state.waitsFor(pass));
  }

  /** What is left of that pass; null when it has been made. */
  void passed(@Nullable RowPass rest) {
    save(state.passed(rest));
  }

  boolean hasCaughtUp() {
    return state.caughtUp();
  }

  /** What is held back of a lane that is behind. */
  HeldBack heldBack() {
    return heldBack;
  }

  void baselineBegins(Epoch epoch) {
    beginAnew(state.baselineBegins(epoch));
  }

  void baselineEnds(TransactionId transaction) {
    save(state.baselineEnds(transaction));
  }

  /**
   * Called with every change and before publishing: a watermark that has left the bound puts the
   * lane behind.
   */
  void checkBound() {
    if (state.caughtUp() && !state.isWithin(bound, clock.instant())) {
      log.warn("event=lane_behind lane={} watermark_ms={}", lane, state.watermarkMillis());
      if (state.publishedUpTo() == null) {
        heldBack.begin(state.watermarkMillis());
      }
      save(state.fellBehind());
    }
  }

  /**
   * Called with every record. State and offsets are committed together, so an offset that was read
   * before means that the offsets were lost: the lane is behind until it has read all of it again,
   * for a session may have been deleted since.
   */
  void reads(long offset) {
    if (offset < state.reading().upTo()) {
      log.warn(
          "event=lane_reads_again lane={} from={} had_read={}",
          lane,
          offset,
          state.reading().upTo());
      beginAnew(state.readAgain(offset));
    }
  }

  /**
   * Whether the lane was stopped for longer than deletions are sure to be kept in Kafka. Says so
   * once; who asks forgets what the lane held.
   */
  boolean wasStoppedForTooLong() {
    boolean tooLong = stoppedForTooLong;
    if (tooLong) {
      log.error(
          "event=lane_was_stopped_for_too_long lane={} hint=\"deletions may be gone from Kafka:"
              + " what the lane held is uncached; drop the replication slot, so that a new baseline"
              + " fills it\"",
          lane);
      stoppedForTooLong = false;
      beginAnew(state.forgets());
    }
    return tooLong;
  }

  /** Called now and then while the lane is at work. */
  void isAtWork() {
    long now = clock.millis();
    if (!stoppedForTooLong && now - state.reading().atMillis() >= NOTED_EVERY.toMillis()) {
      save(state.read(new LaneState.Reading(state.reading().upTo(), now)));
    }
  }

  void pulse(Change.Pulse pulse, long offset) {
    checkBound();
    LaneState next =
        state
            .pulse(pulse.atMillis())
            .read(new LaneState.Reading(offset, state.reading().atMillis()));
    boolean catchesUp =
        !state.caughtUp()
            && state.rows() == LaneState.Rows.ALL
            && state.passes().isEmpty()
            && pulse.complete()
            && next.isWithin(bound, clock.instant());
    if (catchesUp) {
      log.info("event=lane_caught_up lane={} epoch={}", lane, state.epoch());
      heldBack.caughtUp(next.watermarkMillis(), clock.millis());
    }
    save(catchesUp ? next.hasCaughtUp() : next);
  }

  /**
   * Whether a record is to be taken: not when a newer baseline or a newer capture has replaced the
   * capture that wrote it. A record that names no epoch or term is taken.
   */
  boolean isPresent(Optional<Epoch> epoch, OptionalLong term) {
    if (epoch.isPresent() && epoch.get().compareTo(state.epoch()) < 0) {
      ignored.olderEpoch(epoch.get(), state.epoch());
      return false;
    }
    if (term.isPresent() && term.getAsLong() < state.term()) {
      ignored.formerTerm(term.getAsLong(), state.term());
      return false;
    }
    if (term.isPresent()) {
      save(state.inTerm(term.getAsLong()));
    }
    return true;
  }

  /**
   * Whether a pulse may go on to Redis, where it says that the cache is as current as that. While
   * the lane holds something back, or still publishes what it held back, only a pulse far out of
   * the bound may, whatever a reader's clock says: it tells how far behind the lane is.
   */
  boolean isTrueForRedis(Change.Pulse pulse) {
    boolean allPublished = state.caughtUp() && state.publishedUpTo() == null;
    long farBehind = clock.instant().minus(bound.multipliedBy(2)).toEpochMilli();
    return allPublished || pulse.atMillis() < farBehind;
  }

  /** What is older in Redis is unknown to the lane's baseline; null when there was none. */
  @Nullable String floor() {
    return state.floor();
  }

  /** The session behind which publishing goes on; empty when nothing is left to publish. */
  Optional<String> publishedUpTo() {
    return Optional.ofNullable(state.publishedUpTo());
  }

  void published(@Nullable String upTo) {
    if (upTo == null && state.publishedUpTo() != null && state.caughtUp()) {
      log.info("event=lane_published lane={}", lane);
    }
    save(state.published(upTo));
    progress.stands(
        lane,
        new ProjectProgress.Lane(
            !state.caughtUp() && state.passes().isEmpty(),
            state.caughtUp() && state.publishedUpTo() == null,
            state.watermarkMillis(),
            System.nanoTime()));
  }

  /** The lane is behind, for another reason than its watermark: it may hold back anything. */
  private void beginAnew(LaneState next) {
    heldBack.forget();
    save(next);
  }

  private void save(LaneState next) {
    if (!next.equals(state)) {
      state = next;
      store.put(KEY, next);
    }
  }
}
