package dev.sessioncache.warm;

import dev.sessioncache.guard.GuardedWrite;
import dev.sessioncache.guard.GuardedWriter;
import dev.sessioncache.guard.Lease;
import dev.sessioncache.guard.WriteCounts;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Writes entries at the position of their snapshot.
 *
 * @param writer owned by the warm
 * @param lease how long an entry may stay
 * @param position of every write
 * @param clock by which sessions expire: that of Postgres
 * @param contents of the same Redis
 * @param notAfter by the clock of Redis; later nothing is written
 */
record GuardedDestination(
    GuardedWriter writer,
    Lease lease,
    String position,
    InstantSource clock,
    RedisContents contents,
    Instant notAfter)
    implements InFlight.Destination {

  /** Times to live count from here, so that a repeated batch does not prolong a life. */
  @Override
  public CompletionStage<WriteCounts> send(Batch batch) {
    Instant now = clock.instant();
    List<GuardedWrite> writes = new ArrayList<>(batch.entries().size());
    for (Entry entry : batch.entries()) {
      writes.add(write(entry, now));
    }
    return writer.write(writes, notAfter);
  }

  @Override
  public CompletionStage<Long> present(Batch batch) {
    return contents.count(batch);
  }

  private GuardedWrite write(Entry entry, Instant now) {
    return GuardedWrite.put(
        entry.key(), position, entry.document(), lease.timeToLive(now, entry.liveUntil()));
  }
}
