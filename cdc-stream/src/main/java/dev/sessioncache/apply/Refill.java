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
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * The refill of one lane: from where its entries had been applied when it began, back to the
 * beginning. The first record that is met of a key is its newest; a key that the live stream has
 * written since is left alone.
 */
final class Refill {

  /** The set of more keys would take too much memory: the rest is left to its next change. */
  private static final int MAX_KEYS = 2_000_000;

  private final TopicPartition lane;
  private final RedisIdentity redis;
  private final long beginning;
  private final long end;
  private final long startNanos = System.nanoTime();
  private final SeenKeys seen = new SeenKeys();
  private final Map<String, Candidate> pending = new LinkedHashMap<>();
  private long from;
  private long sessions;

  private record Candidate(Entry entry, long timestampMillis) {}

  /**
   * @param redis that is to be filled
   * @param end offset up to which the entries had been applied
   */
  Refill(TopicPartition lane, RedisIdentity redis, long beginning, long end) {
    this.lane = lane;
    this.redis = redis;
    this.beginning = beginning;
    this.end = end;
    this.from = Math.max(beginning, end);
  }

  TopicPartition lane() {
    return lane;
  }

  RedisIdentity redis() {
    return redis;
  }

  /** The live stream has written this key. */
  void touched(String key) {
    seen.add(key);
    pending.remove(key);
  }

  boolean isDone() {
    return pending.isEmpty() && (from <= beginning || seen.size() >= MAX_KEYS);
  }

  /** Takes the next chunk unless the last one is still to be written. */
  void advance(BackwardReader reader) {
    if (!pending.isEmpty() || isDone()) {
      return;
    }
    BackwardReader.Chunk chunk = reader.before(lane, beginning, from);
    for (ConsumerRecord<String, byte[]> record : chunk.records()) {
      if (record.key() != null && seen.add(record.key())) {
        pending.put(record.key(), new Candidate(EntryFormat.read(record), record.timestamp()));
      }
    }
    from = chunk.from();
  }

  /**
   * What is to be written of the last chunk, as of a moment: live sessions with a fresh lease, and
   * removals that are young enough to matter, since Redis may have forgotten them and kept the
   * value.
   */
  Writes writes(LaneBatch.Reader entries, Duration guardTtl, Instant now) {
    long oldest = now.minus(guardTtl).toEpochMilli();
    List<GuardedWrite> writes = new ArrayList<>(pending.size());
    for (Candidate candidate : pending.values()) {
      if (candidate.entry() instanceof Entry.Put put
          && put.liveUntilMillis() > now.toEpochMilli()) {
        writes.add(entries.write(put, now));
      } else if (candidate.entry() instanceof Entry.Removal removal
          && candidate.timestampMillis() >= oldest) {
        writes.add(GuardedWrite.removal(removal.key(), removal.position()));
      }
    }
    return new Writes(Set.of(), writes, Map.of());
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
