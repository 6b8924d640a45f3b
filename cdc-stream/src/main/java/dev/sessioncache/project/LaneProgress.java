package dev.sessioncache.project;

import dev.sessioncache.changes.Change;
import dev.sessioncache.changes.Epoch;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
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

  private final KeyValueStore<String, LaneState> store;
  private final int lane;
  private final Duration bound;
  private final Clock clock;
  private LaneState state;
  private Epoch lastIgnored = Epoch.NONE;

  LaneProgress(ProcessingContext context, Duration bound, Clock clock) {
    this.store = context.getStateStore(STORE);
    this.lane = context.taskId().partition();
    this.bound = bound;
    this.clock = clock;
    LaneState stored = store.get(KEY);
    this.state = stored == null ? LaneState.EMPTY : stored;
  }

  static StoreBuilder<?> store() {
    return Stores.keyValueStoreBuilder(
        Stores.persistentKeyValueStore(STORE), Serdes.String(), LaneStateSerde.create());
  }

  Epoch epoch() {
    return state.epoch();
  }

  boolean isLoading() {
    return state.loading();
  }

  boolean hasCaughtUp() {
    return state.caughtUp();
  }

  void baselineBegins(Epoch epoch) {
    save(state.baselineBegins(epoch));
  }

  void baselineEnds() {
    save(state.baselineEnds());
  }

  /**
   * Called with every change and before publishing: a watermark that has left the bound puts the
   * lane behind.
   */
  void checkBound() {
    if (state.caughtUp() && !state.isWithin(bound, clock.instant())) {
      log.info("event=lane_behind lane={} watermark_ms={}", lane, state.watermarkMillis());
      save(state.fellBehind());
    }
  }

  void pulse(Change.Pulse pulse) {
    checkBound();
    LaneState next = state.pulse(pulse.atMillis());
    boolean catchesUp =
        !state.caughtUp()
            && !state.loading()
            && pulse.complete()
            && next.isWithin(bound, clock.instant());
    if (catchesUp) {
      log.info("event=lane_caught_up lane={} epoch={}", lane, state.epoch());
    }
    save(catchesUp ? next.hasCaughtUp() : next);
  }

  /**
   * Says, once a restart and epoch, that a capture's records are not taken because its epoch is
   * older.
   */
  void ignored(Epoch older) {
    if (!older.equals(lastIgnored)) {
      lastIgnored = older;
      log.warn(
          "event=older_epoch_ignored lane={} its_epoch={} ours={} hint=\"if it is the running capture, its topic was"
              + " lost: start over with a new topics.prefix\"",
          lane,
          older,
          state.epoch());
    }
  }

  /**
   * Whether a pulse may go on to Redis, where it says that the cache is as current as that. While
   * the lane holds something back, or still publishes what it held back, only a pulse out of the
   * bound may: it tells how far behind the lane is.
   */
  boolean isTrueForRedis(Change.Pulse pulse) {
    boolean allPublished = state.caughtUp() && state.publishedUpTo() == null;
    return allPublished || pulse.atMillis() < clock.instant().minus(bound).toEpochMilli();
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
  }

  private void save(LaneState next) {
    if (!next.equals(state)) {
      state = next;
      store.put(KEY, next);
    }
  }
}
