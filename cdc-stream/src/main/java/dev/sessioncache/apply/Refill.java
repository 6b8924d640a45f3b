package dev.sessioncache.apply;

import dev.sessioncache.entries.Entry;
import dev.sessioncache.entries.EntryFormat;
import dev.sessioncache.guard.GuardedWrite;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The reading of one lane from where its entries had been applied when it began, back to the
 * beginning. The first record that is met of a key is its newest; a key that the live stream has
 * written since is left alone. It fills what is {@link KnownSessions known} of the lane, and Redis
 * when that lacks something.
 */
final class Refill {

  /** The set of more keys would take too much memory: the rest is left to its next change. */
  private static final int MAX_KEYS = 2_000_000;

  private final TopicPartition lane;
  private final @Nullable RedisIdentity redis;
  private final KnownSessions known;
  private final long beginning;
  private final long end;
  private final long startNanos = System.nanoTime();
  private final SeenKeys seen = new SeenKeys();
  private final Map<String, Candidate> pending = new LinkedHashMap<>();
  private long from;
  private long sessions;

  private record Candidate(Entry entry, long timestampMillis) {}

  /**
   * @param redis that is to be filled; null to learn only what the log holds
   * @param end offset up to which the entries had been applied
   */
  Refill(
      TopicPartition lane,
      @Nullable RedisIdentity redis,
      KnownSessions known,
      long beginning,
      long end) {
    this.lane = lane;
    this.redis = redis;
    this.known = known;
    this.beginning = beginning;
    this.end = end;
    this.from = Math.max(beginning, end);
  }

  TopicPartition lane() {
    return lane;
  }

  /** The Redis that is filled; null when none is. */
  @Nullable RedisIdentity redis() {
    return redis;
  }

  /** The live stream has written this key. */
  void touched(String key) {
    seen.add(key);
    pending.remove(key);
  }

  boolean isDone() {
    return pending.isEmpty() && isRead();
  }

  /** Takes the next chunk unless the last one is still to be written. */
  void advance(BackwardReader reader) {
    if (!pending.isEmpty()) {
      return;
    }
    if (isRead()) {
      known.completed();
      return;
    }
    BackwardReader.Chunk chunk = reader.before(lane, beginning, from);
    for (ConsumerRecord<String, byte[]> record : chunk.records()) {
      if (record.key() != null && seen.add(record.key())) {
        learn(record);
        if (redis != null) {
          pending.put(record.key(), new Candidate(EntryFormat.read(record), record.timestamp()));
        }
      }
    }
    from = chunk.from();
    if (isRead()) {
      known.completed();
    }
  }

  /** Older than all that the live stream has told since. */
  private void learn(ConsumerRecord<String, byte[]> record) {
    if (!known.isComplete() && known.find(record.key()) == KnownSessions.NONE) {
      OptionalLong liveUntil = EntryFormat.liveUntilMillis(record);
      if (liveUntil.isPresent()) {
        known.put(record.key(), record.offset(), liveUntil.getAsLong());
      } else {
        known.remove(record.key(), record.offset());
      }
    }
  }

  private boolean isRead() {
    return from <= beginning || seen.size() >= MAX_KEYS;
  }

  /**
   * What is to be written of the last chunk, as of a moment: live sessions with a fresh lease, and
   * removals that are young enough to matter, since Redis may have forgotten them and kept the
   * value.
   */
  Writes writes(
      LaneBatch.Reader entries,
      LaneBatch.Budget budget,
      Duration guardTtl,
      Instant leaseFrom,
      Instant now) {
    long oldest = now.minus(guardTtl).toEpochMilli();
    List<GuardedWrite> writes = new ArrayList<>(pending.size());
    for (Candidate candidate : pending.values()) {
      if (candidate.entry() instanceof Entry.Put put
          && put.liveUntilMillis() > now.toEpochMilli()) {
        boolean beyond = budget.isBeyond(lane.partition(), put.priority());
        writes.add(
            beyond
                ? GuardedWrite.removal(put.key(), put.position())
                : entries.write(put, leaseFrom, now));
      } else if (candidate.entry() instanceof Entry.Removal removal
          && candidate.timestampMillis() >= oldest) {
        writes.add(GuardedWrite.removal(removal.key(), removal.position()));
      }
    }
    return new Writes(Set.of(), writes, PriorityIndex.Changes.NONE, Map.of());
  }

  /** The live sessions of the last chunk, for Redis' index. */
  List<LaneBatch.Said> live(Instant now) {
    List<LaneBatch.Said> live = new ArrayList<>();
    for (Candidate candidate : pending.values()) {
      if (candidate.entry() instanceof Entry.Put put
          && put.liveUntilMillis() > now.toEpochMilli()) {
        live.add(new LaneBatch.Said(lane.partition(), put.key(), 0, put));
      }
    }
    return live;
  }

  /** Redis has taken what {@link #writes} gave. */
  void written(long stored) {
    pending.clear();
    sessions += stored;
  }

  /** Sessions put back so far. */
  long sessions() {
    return sessions;
  }

  int percent() {
    return end <= beginning ? 100 : (int) (100 * (end - from) / (end - beginning));
  }

  Duration age() {
    return Duration.ofNanos(System.nanoTime() - startNanos);
  }
}
