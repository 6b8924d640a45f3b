package dev.sessioncache.apply;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.guard.GuardedWrite;
import dev.sessioncache.guard.Placement;
import dev.sessioncache.guard.StreamPosition;
import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes away what a new baseline does not know: a warm may have put a session that was deleted
 * before the baseline was read, and whose deletion was lost with the former slot. No lane holds it,
 * so no lane would ever remove it.
 *
 * <p>First the floor goes up, below which the guard takes no snapshot's writes any more. Then the
 * guards of all values are passed over, and each value with a position below the floor is removed.
 * What a lane had yet to publish is put again when it does; until the end no lane says that it is
 * current. Any number of instances may sweep at once. Used by the apply thread alone.
 */
final class Sweep {

  private static final Logger log = LoggerFactory.getLogger(Sweep.class);
  private static final int KEYS_AT_A_TIME = 1_000;

  /** The baseline of a position, behind which a generation may stand; all else is below it. */
  private static final String BASELINE = "^(s:%x+:%x+):%x+:%x+:%x+:%x+ ?%S*$";

  private final GuardSettings settings;
  private final Duration patience;
  private final LongSupplier nanoTime;
  private final ScanArgs guards;
  private @Nullable RedisIdentity redis;
  private @Nullable String swept;
  private @Nullable String floor;
  private boolean looked;
  private boolean mayBegin;
  private long dueSinceNanos;
  private @Nullable ScanCursor cursor;
  private long removed;

  /** In how many slots the floor is up; -1 before it has begun to go up. */
  private int slotsRaised = -1;

  /**
   * @param patience with lanes that have yet to publish
   * @param nanoTime monotonic, as {@link System#nanoTime}
   */
  Sweep(GuardSettings settings, Duration patience, LongSupplier nanoTime) {
    this.settings = settings;
    this.patience = patience;
    this.nanoTime = nanoTime;
    this.guards = ScanArgs.Builder.matches(settings.guardPattern()).limit(KEYS_AT_A_TIME);
  }

  /** Whether this Redis holds nothing that a baseline with this floor does not know. */
  boolean covers(RedisIdentity now, String wanted) {
    return now.equals(redis)
        && swept != null
        && StreamPosition.compareBaselines(swept, wanted) >= 0;
  }

  /**
   * A lane has published all that its baseline knows. Told again with each of its pulses.
   *
   * @param all whether all lanes of this instance have: what one has yet to publish would be taken
   *     away until it does. One that hangs is waited for no longer than the patience
   */
  void due(RedisIdentity now, String wanted, boolean all) {
    if (covers(now, wanted)) {
      return;
    }
    String goal = floor;
    if (goal == null || !now.equals(redis) || StreamPosition.compareBaselines(goal, wanted) < 0) {
      if (!now.equals(redis)) {
        redis = now;
        swept = null;
      }
      floor = wanted;
      cursor = null;
      slotsRaised = -1;
      removed = 0;
      mayBegin = false;
      dueSinceNanos = nanoTime.getAsLong();
    } else if (StreamPosition.compareBaselines(goal, wanted) > 0) {
      return; // of a lane that is behind the others
    }
    looked = false; // another instance may have swept meanwhile
    mayBegin |= all || nanoTime.getAsLong() - dueSinceNanos > patience.toNanos();
  }

  /** Whether all lanes have published, or have been waited for long enough. */
  boolean mayBegin() {
    return mayBegin;
  }

  /** Whether there is something to do: to look whether it is swept already, or to sweep. */
  boolean isActive(RedisIdentity now) {
    return floor != null && now.equals(redis) && (mayBegin() || !looked);
  }

  /**
   * Goes one step.
   *
   * @return whether this was the last one of a sweep that has taken something away
   */
  boolean step(RedisTarget.Link link, Answers answers)
      throws InterruptedException, ExecutionException, TimeoutException {
    String goal = floor;
    if (goal == null) {
      return false;
    }
    RedisClusterAsyncCommands<byte[], byte[]> commands = link.connection().async();
    if (slotsRaised < 0 && !begins(goal, commands, link, answers)) {
      return false;
    }
    if (cursor == null) {
      raiseFloors(goal, link, answers);
      return false;
    }
    var scanned = commands.scan(cursor, guards);
    link.connection().flushCommands();
    KeyScanCursor<byte[]> found = answers.await(scanned);
    List<GuardedWrite> removals =
        found.getKeys().stream()
            .map(guard -> GuardedWrite.removal(settings.valueKey(new String(guard, UTF_8)), goal))
            .toList();
    removed += answers.await(link.writer().write(removals)).removed();
    cursor = found;
    if (found.isFinished()) {
      raise(List.of(settings.sweptKey()), goal + inThisGeneration(), link, answers);
      log.info("event=swept removed={}", removed);
      ends(goal);
      return removed > 0;
    }
    return false;
  }

  /** Whether it has to and may: another instance may have swept, a lane may have to publish. */
  private boolean begins(
      String goal,
      RedisClusterAsyncCommands<byte[], byte[]> commands,
      RedisTarget.Link link,
      Answers answers)
      throws InterruptedException, ExecutionException, TimeoutException {
    var stored = commands.get(settings.sweptKey().getBytes(UTF_8));
    link.connection().flushCommands();
    byte[] before = answers.await(stored);
    if (before != null && isSweptTo(new String(before, UTF_8), goal)) {
      ends(goal);
      return false;
    }
    looked = true;
    if (!mayBegin()) {
      return false;
    }
    log.info("event=sweep_begins");
    slotsRaised = 0;
    return true;
  }

  /** Some slots at a time: a cluster has 16,384, and the live stream waits meanwhile. */
  private void raiseFloors(String goal, RedisTarget.Link link, Answers answers)
      throws InterruptedException, ExecutionException, TimeoutException {
    Placement placement = Placement.of(link.connection(), settings);
    int end = Math.min(slotsRaised + KEYS_AT_A_TIME, placement.slots());
    raise(
        IntStream.range(slotsRaised, end).mapToObj(placement::floorKey).toList(),
        goal,
        link,
        answers);
    slotsRaised = end;
    if (end == placement.slots()) {
      cursor = ScanCursor.INITIAL;
    }
  }

  /** Redis may have come back from an old file, or as a replica, since it was swept. */
  private boolean isSweptTo(String stored, String goal) {
    String suffix = inThisGeneration();
    return stored.endsWith(suffix)
        && StreamPosition.isEncoded(stored.substring(0, stored.length() - suffix.length()))
        && StreamPosition.compareBaselines(stored, goal) >= 0;
  }

  private String inThisGeneration() {
    return " " + Objects.requireNonNull(redis).generation();
  }

  private void raise(List<String> keys, String to, RedisTarget.Link link, Answers answers)
      throws InterruptedException, ExecutionException, TimeoutException {
    String generation = Objects.requireNonNull(redis).generation();
    CompletableFuture<?>[] raised =
        keys.stream()
            .map(key -> new RisingKey(settings, key, BASELINE))
            .map(key -> key.raise(link.connection(), generation, to))
            .toArray(CompletableFuture[]::new);
    link.connection().flushCommands();
    answers.await(CompletableFuture.allOf(raised));
  }

  private void ends(String reached) {
    swept = reached;
    floor = null;
    cursor = null;
  }
}
