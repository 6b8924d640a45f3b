package dev.sessioncache.apply;

import dev.sessioncache.entries.Entry;
import dev.sessioncache.entries.EntryFormat;
import dev.sessioncache.guard.GuardedWrite;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Puts values back that a renewal found gone, a few at a time: each is the newest entry of its key,
 * read from its place in the log. Used by the apply thread alone.
 */
final class PutBack implements AutoCloseable {

  /** Each is a request to Kafka of its own. */
  private static final int AT_A_TIME = 10;

  private static final BackwardReader.Size ONE = new BackwardReader.Size(1, Integer.MAX_VALUE, 1);

  private final BackwardReader reader;
  private int taken;

  PutBack(Supplier<Consumer<String, byte[]>> readers) {
    this.reader = new BackwardReader(readers, ONE);
  }

  /** What is to be written of the next ones; those that Kafka does not give yet wait. */
  List<GuardedWrite> next(OwnedLane lane, LaneBatch.Reader entries, Instant now) {
    List<GuardedWrite> writes = new ArrayList<>();
    taken = 0;
    for (String key : lane.gone()) {
      if (taken == AT_A_TIME || !read(lane, key, entries, now, writes)) {
        break;
      }
      taken++;
    }
    return writes;
  }

  private boolean read(
      OwnedLane lane,
      String key,
      LaneBatch.Reader entries,
      Instant now,
      List<GuardedWrite> writes) {
    int at = lane.known().find(key);
    if (at == KnownSessions.NONE || !lane.known().isLive(at)) {
      return true;
    }
    long offset = lane.known().offset(at);
    BackwardReader.Chunk found = reader.before(lane.partition(), offset, offset + 1);
    for (ConsumerRecord<String, byte[]> record : found.records()) {
      if (key.equals(record.key()) && EntryFormat.read(record) instanceof Entry.Put put) {
        writes.add(entries.write(put, lane.leaseFrom(now), now));
      }
    }
    return found.from() <= offset;
  }

  /** Redis has taken what {@link #next} gave. */
  void done(OwnedLane lane) {
    for (int i = 0; i < taken; i++) {
      lane.gone().poll();
    }
  }

  /** Lets its consumer go until it is used again. */
  @Override
  public void close() {
    reader.close();
  }
}
