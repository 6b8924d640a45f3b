package dev.sessioncache.apply;

import dev.sessioncache.entries.Entry;
import dev.sessioncache.entries.EntryFormat;
import dev.sessioncache.guard.GuardedWrite;
import dev.sessioncache.guard.Lease;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one poll brought: writes in the order of their lanes, and how far each lane has come once
 * they are done.
 *
 * @param watermarksMillis by lane, when the newest pulse was sent, ms since 1970
 * @param committedAtMicros commit times of the changes behind the writes, µs since 1970
 */
record LaneBatch(
    List<GuardedWrite> writes,
    Map<Integer, Long> watermarksMillis,
    List<Long> committedAtMicros,
    int unreadable) {

  private static final Logger log = LoggerFactory.getLogger(LaneBatch.class);

  /**
   * Reads the records as of a moment.
   *
   * @param bound a put that was made longer ago is taken as a removal: a backlog may hold the
   *     session's revocation further on, and what is behind only takes away
   */
  static LaneBatch of(
      ConsumerRecords<String, byte[]> records, Lease lease, Duration bound, Instant now) {
    long oldest = now.minus(bound).toEpochMilli();
    List<GuardedWrite> writes = new ArrayList<>(records.count());
    Map<Integer, Long> watermarks = new HashMap<>();
    List<Long> committedAt = new ArrayList<>();
    int unreadable = 0;
    for (ConsumerRecord<String, byte[]> record : records) {
      Entry entry = EntryFormat.read(record);
      if (entry instanceof Entry.Put put) {
        var timeToLive = lease.timeToLive(now, Instant.ofEpochMilli(put.liveUntilMillis()));
        writes.add(
            record.timestamp() < oldest
                ? GuardedWrite.removal(put.key(), put.position())
                : GuardedWrite.put(put.key(), put.position(), put.document(), timeToLive));
        addKnown(committedAt, put.committedAtMicros());
      } else if (entry instanceof Entry.Removal removal) {
        writes.add(GuardedWrite.removal(removal.key(), removal.position()));
        addKnown(committedAt, removal.committedAtMicros());
      } else if (entry instanceof Entry.Pulse pulse) {
        watermarks.merge(record.partition(), pulse.atMillis(), Math::max);
      } else {
        unreadable++;
        log.warn(
            "event=unreadable_entry lane={} offset={} reason=\"{}\"",
            record.partition(),
            record.offset(),
            ((Entry.Unreadable) entry).reason());
      }
    }
    return new LaneBatch(writes, watermarks, committedAt, unreadable);
  }

  private static void addKnown(List<Long> times, long micros) {
    if (micros > 0) {
      times.add(micros);
    }
  }
}
