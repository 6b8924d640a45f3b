package dev.sessioncache.replay;

import dev.sessioncache.apply.PriorityIndex;
import dev.sessioncache.entries.Entry;
import dev.sessioncache.guard.GuardedWrite;
import dev.sessioncache.guard.Lease;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Puts and removals that travel together; each key is in one batch of its lane only.
 *
 * @param from once it is in Redis, the lane is in Redis from this offset up
 */
record Batch(List<Entry> entries, long from) {

  /** What the index of its lane is to be told. */
  PriorityIndex.Changes index(int lane) {
    List<PriorityIndex.Ranked> ranked =
        entries.stream()
            .filter(Entry.Put.class::isInstance)
            .map(Entry.Put.class::cast)
            .map(put -> new PriorityIndex.Ranked(put.key(), put.priority()))
            .toList();
    return ranked.isEmpty()
        ? PriorityIndex.Changes.NONE
        : new PriorityIndex.Changes(Map.of(lane, ranked), Map.of());
  }

  /** As of a moment: a put has a lease that begins now; one that has ended is a removal. */
  List<GuardedWrite> writes(Lease lease, Instant now) {
    List<GuardedWrite> writes = new ArrayList<>(entries.size());
    for (Entry entry : entries) {
      if (entry instanceof Entry.Put put) {
        writes.add(
            GuardedWrite.put(
                put.key(),
                put.position(),
                put.document(),
                lease.timeToLive(now, Instant.ofEpochMilli(put.liveUntilMillis()))));
      } else if (entry instanceof Entry.Removal removal) {
        writes.add(GuardedWrite.removal(removal.key(), removal.position()));
      }
    }
    return writes;
  }
}
