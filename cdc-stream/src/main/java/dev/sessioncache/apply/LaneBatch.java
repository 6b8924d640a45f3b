package dev.sessioncache.apply;

import dev.sessioncache.entries.Entry;
import dev.sessioncache.entries.EntryFormat;
import dev.sessioncache.guard.GuardedWrite;
import dev.sessioncache.guard.Lease;
import dev.sessioncache.mapping.KeyTemplate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.jspecify.annotations.Nullable;

/**
 * What one poll brought: what is to be written, and how far each lane has come once that is done.
 *
 * @param said what the records say of sessions, in the order of their lanes
 * @param heard newest pulse of each lane, ms since 1970, whether it may be told or not
 * @param published the same of lanes that have published all that they hold
 * @param committedAtMicros commit times of the changes behind the writes, µs since 1970
 * @param floors by lanes that have published: what Redis has to be swept to before they may say
 *     that they are current
 * @param behind lanes of which puts were taken as removals because they were old
 * @param unusable records that are not in the format
 */
record LaneBatch(
    Writes writes,
    List<Said> said,
    Map<Integer, Long> heard,
    Map<Integer, Long> published,
    List<Long> committedAtMicros,
    Set<Integer> behind,
    Map<Integer, String> floors,
    List<Unusable> unusable) {

  /** A record that is not in the format; the reason holds nothing of its content. */
  record Unusable(ConsumerRecord<String, byte[]> record, String reason) {}

  /**
   * What a record says of a session.
   *
   * @param put null when the session is not to be cached
   */
  record Said(int lane, String key, long offset, Entry.@Nullable Put put) {}

  /** What a lane makes of its puts. */
  interface Budget {
    /** Whether a session of this priority is beyond what the lane keeps. */
    boolean isBeyond(int lane, double priority);
  }

  /** How records become writes. */
  static final class Reader {

    private final KeyTemplate keys;
    private final Lease lease;
    private final Duration bound;

    /**
     * @param keys says which keys are ours to delete
     * @param bound a put that was made longer ago is taken as a removal: a backlog may hold the
     *     session's revocation further on, and what is behind only takes away
     */
    Reader(KeyTemplate keys, Lease lease, Duration bound) {
      this.keys = keys;
      this.lease = lease;
      this.bound = bound;
    }

    /**
     * Reads the records as of a moment.
     *
     * @param isSwept says of a floor whether Redis has been swept to it
     * @param isTrue says of a lane whether Redis holds nothing that the lane has taken away
     * @param budget what is published without a change, and beyond it, is taken as a removal
     */
    LaneBatch read(
        ConsumerRecords<String, byte[]> records,
        Predicate<String> isSwept,
        IntPredicate isTrue,
        Budget budget,
        Instant now) {
      long oldest = now.minus(bound).toEpochMilli();
      long claimsNothing = now.minus(bound.multipliedBy(2)).toEpochMilli();
      List<GuardedWrite> writes = new ArrayList<>(records.count());
      Set<String> deletions = new HashSet<>();
      Map<Integer, Long> watermarks = new HashMap<>();
      List<Said> said = new ArrayList<>(records.count());
      Map<Integer, Long> heard = new HashMap<>();
      Map<Integer, Long> published = new HashMap<>();
      List<Long> committedAt = new ArrayList<>();
      Set<Integer> behind = new HashSet<>();
      Map<Integer, String> floors = new HashMap<>();
      List<Unusable> unusable = new ArrayList<>();
      for (ConsumerRecord<String, byte[]> record : records) {
        Entry entry = EntryFormat.read(record);
        if (entry instanceof Entry.Put put) {
          said.add(new Said(record.partition(), put.key(), record.offset(), put));
          boolean unchanged = put.committedAtMicros() == 0;
          if (record.timestamp() < oldest) {
            behind.add(record.partition());
            writes.add(GuardedWrite.removal(put.key(), put.position()));
          } else if (unchanged && budget.isBeyond(record.partition(), put.priority())) {
            writes.add(GuardedWrite.removal(put.key(), put.position()));
          } else {
            writes.add(write(put, now));
          }
          addKnown(committedAt, put.committedAtMicros());
        } else if (entry instanceof Entry.Removal removal) {
          said.add(new Said(record.partition(), removal.key(), record.offset(), null));
          writes.add(GuardedWrite.removal(removal.key(), removal.position()));
          addKnown(committedAt, removal.committedAtMicros());
        } else if (entry instanceof Entry.Publishing publishing) {
          heard.merge(record.partition(), publishing.atMillis(), Math::max);
        } else if (entry instanceof Entry.Pulse pulse) {
          heard.merge(record.partition(), pulse.atMillis(), Math::max);
          published.merge(record.partition(), pulse.atMillis(), Math::max);
          boolean swept = pulse.floor() == null || isSwept.test(pulse.floor());
          boolean farBehind = pulse.atMillis() < claimsNothing;
          if (swept && (farBehind || isTrue.test(record.partition()))) {
            watermarks.merge(record.partition(), pulse.atMillis(), Math::max);
          } else if (!swept && !farBehind) {
            floors.put(record.partition(), pulse.floor());
          }
        } else {
          Entry.Unreadable unreadable = (Entry.Unreadable) entry;
          unusable.add(new Unusable(record, unreadable.reason()));
          String key = unreadable.key();
          if (key != null && keys.isKey(key)) {
            said.add(new Said(record.partition(), key, record.offset(), null));
            deletions.add(key);
            takeBack(writes, key);
          }
        }
      }
      return new LaneBatch(
          new Writes(deletions, writes, PriorityIndex.Changes.NONE, watermarks),
          said,
          heard,
          published,
          committedAt,
          behind,
          floors,
          unusable);
    }

    /** A put with a lease that begins now; a removal when the session has ended. */
    GuardedWrite write(Entry.Put put, Instant now) {
      return GuardedWrite.put(
          put.key(),
          put.position(),
          put.document(),
          lease.timeToLive(now, Instant.ofEpochMilli(put.liveUntilMillis())));
    }

    /** As {@link #write(Entry.Put, Instant)}, with a lease that counts from a moment before. */
    GuardedWrite write(Entry.Put put, Instant from, Instant now) {
      return GuardedWrite.put(
          put.key(),
          put.position(),
          put.document(),
          lease.timeToLive(from, now, Instant.ofEpochMilli(put.liveUntilMillis())));
    }

    /** The deletion goes before all writes: what was to be put earlier must not come after it. */
    private static void takeBack(List<GuardedWrite> writes, String key) {
      writes.replaceAll(
          write -> write.key().equals(key) ? GuardedWrite.removal(key, write.position()) : write);
    }

    private static void addKnown(List<Long> times, long micros) {
      if (micros > 0) {
        times.add(micros);
      }
    }
  }
}
