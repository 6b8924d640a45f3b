package dev.sessioncache.replay;

import dev.sessioncache.apply.BackwardReader;
import dev.sessioncache.command.OperationException;
import dev.sessioncache.entries.Entry;
import dev.sessioncache.entries.EntryFormat;
import dev.sessioncache.guard.WriteCounts;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * The replay of one lane: reads it from its end back to its beginning, so that the first record
 * that is met of a key is its newest, and what is older is never written, not even for a moment.
 * Sessions that are still live are put with a fresh lease. A removal younger than {@code guard.ttl}
 * is written too: Redis may hold the value and have lost the guard, or an old put may still be on
 * its way. What an earlier run has taken to Redis is read again, for its keys, and not written.
 *
 * <p>Run by one thread; how far it has come may be asked by any.
 */
final class LaneReplay {

  static final int BATCH = 500;

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** What all lanes of a replay share. */
  record Shared(Duration guardTtl, InstantSource clock, Tally tally, Stop stop) {}

  private final LaneRange range;
  private final long rebuiltFrom;
  private final LaneKeys keys;
  private final Shared shared;
  private final List<String> unusable = new ArrayList<>();
  private final List<Entry> takenBack = new ArrayList<>();
  private final DoneOffsets before;
  private volatile DoneOffsets done;
  private List<Entry> batch = new ArrayList<>(BATCH);
  private volatile Newest newest = Newest.NONE;

  /**
   * The newest pulse of the lane.
   *
   * @param atMillis when it was sent; 0 when there is none
   * @param writtenMillis when project let it go on
   */
  record Newest(long atMillis, long writtenMillis) {
    static final Newest NONE = new Newest(0, 0);
  }

  LaneReplay(LaneRange range, DoneOffsets before, LaneKeys keys, Shared shared) {
    this(range, 0, before, keys, shared);
  }

  /**
   * @param rebuiltFrom offset from which up project has written all anew that it knows: sessions
   *     that stand only before it are taken back
   */
  LaneReplay(LaneRange range, long rebuiltFrom, DoneOffsets before, LaneKeys keys, Shared shared) {
    this.range = range;
    this.rebuiltFrom = rebuiltFrom;
    this.before = before;
    this.done = before;
    this.keys = keys;
    this.shared = shared;
  }

  /**
   * Reads and writes all of it, or until stopped; then what was sent has been settled.
   *
   * @throws OperationException when Kafka or Redis have failed for good
   */
  void run(BackwardReader reader, InFlight redis) throws InterruptedException {
    long from = range.end();
    while (from > range.beginning() && !shared.stop().requested()) {
      BackwardReader.Chunk chunk = chunkBefore(from, reader);
      Instant now = shared.clock().instant();
      for (ConsumerRecord<String, byte[]> record : chunk.records()) {
        take(record, now);
        if (batch.size() == BATCH) {
          send(record.offset(), redis);
        }
      }
      send(chunk.from(), redis);
      shared.tally().read(from - chunk.from(), chunk.records().size());
      from = chunk.from();
    }
    redis.settleAll();
  }

  private BackwardReader.Chunk chunkBefore(long end, BackwardReader reader) {
    long patienceEnds = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      BackwardReader.Chunk chunk = reader.before(range.lane(), range.beginning(), end);
      if (chunk.from() < end || shared.stop().requested()) {
        return chunk;
      }
      if (System.nanoTime() - patienceEnds > 0) {
        throw new OperationException(
            "Kafka does not give lane "
                + range.number()
                + " of "
                + range.lane().topic()
                + ": check it and run the replay again, it goes on where it stopped");
      }
    }
  }

  private void take(ConsumerRecord<String, byte[]> record, Instant now) {
    String key = record.key();
    if (key == null) {
      shared.tally().unreadable();
    } else if (keys.add(key)) {
      takeNewest(record, EntryFormat.read(record), now);
    }
  }

  private void takeNewest(ConsumerRecord<String, byte[]> record, Entry entry, Instant now) {
    if (entry instanceof Entry.Put put) {
      if (put.liveUntilMillis() > now.toEpochMilli() && record.offset() < rebuiltFrom) {
        Entry removal = new Entry.Removal(put.key(), put.position(), 0);
        takenBack.add(removal);
        write(removal, record.offset());
      } else if (put.liveUntilMillis() > now.toEpochMilli()) {
        keys.lastIsLive();
        write(entry, record.offset());
      } else {
        shared.tally().ended();
      }
    } else if (entry instanceof Entry.Removal) {
      if (record.timestamp() >= now.minus(shared.guardTtl()).toEpochMilli()) {
        write(entry, record.offset());
      }
    } else if (entry instanceof Entry.Pulse pulse) {
      newest = new Newest(pulse.atMillis(), record.timestamp());
    } else {
      shared.tally().unreadable();
      unusable.add(record.key());
    }
  }

  private void write(Entry entry, long offset) {
    if (before.contains(offset)) {
      shared.tally().kept();
    } else {
      batch.add(entry);
    }
  }

  /** Sent even when it is empty: with its turn the lane is in Redis from that offset up. */
  private void send(long from, InFlight redis) throws InterruptedException {
    redis.add(new Batch(batch, from));
    batch = new ArrayList<>(BATCH);
  }

  /** Redis has taken a batch, and all before it. */
  void settled(Batch taken, WriteCounts counts) {
    shared.tally().written(counts);
    done = done.with(taken.from(), range.end());
  }

  LaneRange range() {
    return range;
  }

  /** What is in Redis; also while it runs. */
  DoneOffsets done() {
    return done;
  }

  Newest newest() {
    return newest;
  }

  /** After the end: keys whose newest record is no entry. */
  List<String> unusable() {
    return unusable;
  }

  /** After the end: what stands in the log and no state knows. */
  List<Entry> takenBack() {
    return takenBack;
  }

  /** After the end: all keys of the lane. */
  LaneKeys keys() {
    return keys;
  }
}
