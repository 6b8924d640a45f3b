package dev.sessioncache.verify;

import dev.sessioncache.command.OperationException;
import dev.sessioncache.guard.Generation;
import dev.sessioncache.guard.GenerationLostException;
import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.guard.GuardedWrite;
import dev.sessioncache.guard.GuardedWriter;
import dev.sessioncache.guard.Lease;
import dev.sessioncache.guard.WriteCounts;
import dev.sessioncache.redis.RedisTime;
import io.lettuce.core.RedisException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Writes what the rows make in the place of what was proven wrong, through the guard, at the
 * position of the snapshot that read the rows: whatever that does not show, the guard keeps. As
 * with a warm, the generation of Redis is known and its clock read before the rows are, and a write
 * that comes after its deadline is refused; that is earlier than any guard can end that was written
 * since. Used by one thread.
 */
final class GuardedRepair implements Repair {

  private final Sides sides;
  private final Tally tally;
  private final GuardedWriter writer;
  private final Generation generation;
  private final Lease lease;
  private Instant notAfter = Instant.EPOCH;

  GuardedRepair(Sides sides, Tally tally) {
    GuardSettings settings = sides.settings();
    this.sides = sides;
    this.tally = tally;
    this.writer = new GuardedWriter(sides.redis().connection(), settings);
    this.generation = new Generation(settings);
    this.lease = new Lease(settings, new Random());
  }

  @Override
  public void begin() {
    notAfter = RedisTime.of(sides.redis().connection()).plus(sides.settings().writeDeadline());
    writer.enter(generation.glance(sides.redis().connection()));
  }

  @Override
  public List<Drift> end(Map<Expected, Kind> drift, PostgresLook rows) throws SQLException {
    if (drift.isEmpty()) {
      return List.of();
    }
    String position = rows.position().encode();
    Instant now = rows.clock().instant();
    WriteCounts counts =
        write(drift.keySet().stream().map(each -> write(each, position, now)).toList());
    tally.refused(counts.older() + counts.late() + counts.noMemory());
    return lookAgain(drift);
  }

  private GuardedWrite write(Expected expected, String position, Instant now) {
    byte[] document = expected.document();
    return document == null
        ? GuardedWrite.removal(expected.key(), position)
        : GuardedWrite.put(
            expected.key(), position, document, lease.timeToLive(now, expected.liveUntil()));
  }

  private WriteCounts write(List<GuardedWrite> writes) {
    try {
      return writer
          .write(writes, notAfter)
          .toCompletableFuture()
          .get(sides.redis().connection().getTimeout().toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new OperationException("interrupted while repairing", e);
    } catch (TimeoutException e) {
      throw new RedisException("Redis does not answer", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GenerationLostException lost) {
        throw new OperationException(
            "Redis was emptied or replaced meanwhile: run verify again", lost);
      }
      throw new RedisException(e.getCause());
    }
  }

  private static List<String> ids(Map<Expected, Kind> drift) {
    return drift.keySet().stream().map(Expected::id).filter(Objects::nonNull).toList();
  }

  /** What has changed since may be right in another way, so both sides are read again. */
  private List<Drift> lookAgain(Map<Expected, Kind> drift) throws SQLException {
    List<String> keys = drift.keySet().stream().map(Expected::key).toList();
    RedisLook held = sides.redis().look(keys);
    PostgresLook rows = sides.postgres().look(sides.postgres().sought(held, ids(drift)));
    List<Drift> told = new ArrayList<>();
    drift.forEach(
        (was, kind) -> {
          Held value = held.of(was.key());
          boolean right =
              sides.comparison().of(rows.of(was.key()), value, held.at(rows.clock())).isEmpty()
                  || sides.comparison().of(was, value, held.at(rows.clock())).isEmpty();
          told.add(Drift.of(kind, was, right));
        });
    return told;
  }
}
