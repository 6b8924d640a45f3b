package dev.sessioncache.apply;

import static io.lettuce.core.ZAddArgs.Builder.nx;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sessioncache.entries.Entry;
import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.redis.RedisConnection;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.ScoredValue;
import io.lettuce.core.ZAddArgs;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sessions of each lane by priority, in a sorted set of Redis. A priority that has moved by
 * less than a fraction of the lease is not worth the 6 us that telling Redis takes.
 */
public final class PriorityIndex {

  private static final Logger log = LoggerFactory.getLogger(PriorityIndex.class);
  private static final int TOLERANCE_PER_LEASE = 10;

  /**
   * What Redis is to be told.
   *
   * @param ranked sessions with their priority, by lane
   * @param gone keys that leave, by lane
   */
  public record Changes(Map<Integer, List<Ranked>> ranked, Map<Integer, List<String>> gone) {
    public static final Changes NONE = new Changes(Map.of(), Map.of());
  }

  private record Place(int lane, String key) {}

  /** A session and its priority. */
  public record Ranked(String key, double priority) {}

  private final GuardSettings settings;
  private final OwnedLanes lanes;
  private final long toleranceMillis;

  PriorityIndex(GuardSettings settings, OwnedLanes lanes) {
    this.settings = settings;
    this.lanes = lanes;
    this.toleranceMillis = settings.leaseTtl().dividedBy(TOLERANCE_PER_LEASE).toMillis();
  }

  /** What the entries of a batch mean for the index; of a session in a lane the last counts. */
  Changes changes(List<LaneBatch.Said> all) {
    return changes(all, false);
  }

  /** What those of a refill mean, which tell of no change. */
  Changes refilled(List<LaneBatch.Said> all) {
    return changes(all, true);
  }

  private Changes changes(List<LaneBatch.Said> all, boolean unchanged) {
    Map<Place, LaneBatch.Said> last = new LinkedHashMap<>();
    all.forEach(said -> last.put(new Place(said.lane(), said.key()), said));
    Map<Integer, List<Ranked>> ranked = new HashMap<>();
    Map<Integer, List<String>> gone = new HashMap<>();
    for (LaneBatch.Said said : last.values()) {
      OwnedLane lane = lanes.get(said.lane());
      Entry.Put put = said.put();
      if (lane == null) {
        continue;
      }
      if (put == null || isBeyond(lane, put, unchanged)) {
        gone.computeIfAbsent(said.lane(), number -> new ArrayList<>()).add(said.key());
      } else if (lane.known().isRankedOtherwise(said.key(), put.priority(), toleranceMillis)) {
        ranked
            .computeIfAbsent(said.lane(), number -> new ArrayList<>())
            .add(new Ranked(said.key(), put.priority()));
      }
    }
    return new Changes(ranked, gone);
  }

  /** What is active is ranked wherever it stands; it leaves when the index is cut. */
  private static boolean isBeyond(OwnedLane lane, Entry.Put put, boolean unchanged) {
    return (unchanged || put.committedAtMicros() == 0) && lane.isBeyond(put.priority());
  }

  /** Redis has taken them. */
  void taken(Changes changes) {
    changes
        .ranked()
        .forEach(
            (number, sessions) -> {
              OwnedLane lane = lanes.get(number);
              if (lane != null) {
                lane.ranked(
                    sessions.stream()
                        .filter(one -> lane.known().ranked(one.key(), one.priority()))
                        .count());
              }
            });
  }

  /**
   * Tells Redis, with the connection's next flush.
   *
   * @return whether Redis has taken it: one that is full takes no new sessions, and that is no
   *     reason to hold up removals
   */
  public static CompletionStage<Boolean> send(
      RedisConnection connection, GuardSettings settings, Changes changes, boolean onlyNew) {
    List<CompletableFuture<?>> answers = new ArrayList<>();
    changes
        .gone()
        .forEach(
            (lane, keys) ->
                answers.add(
                    connection
                        .async()
                        .zrem(indexKey(settings, lane), members(keys))
                        .toCompletableFuture()));
    changes
        .ranked()
        .forEach(
            (lane, sessions) ->
                answers.add(
                    connection
                        .async()
                        .zadd(
                            indexKey(settings, lane),
                            onlyNew ? nx() : new ZAddArgs(),
                            scored(sessions))
                        .toCompletableFuture()));
    return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
        .handle((done, failure) -> isTaken(failure));
  }

  private static boolean isTaken(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause == null) {
      return true;
    }
    if (cause instanceof RedisCommandExecutionException) {
      log.debug("event=priority_index_refused", cause);
      return false;
    }
    throw new CompletionException(cause);
  }

  private static byte[] indexKey(GuardSettings settings, int lane) {
    return settings.priorityKey(lane).getBytes(UTF_8);
  }

  private static byte[][] members(Collection<String> keys) {
    return keys.stream().map(key -> key.getBytes(UTF_8)).toArray(byte[][]::new);
  }

  @SuppressWarnings("unchecked") // an array of a generic type
  private static ScoredValue<byte[]>[] scored(List<Ranked> sessions) {
    return sessions.stream()
        .map(one -> ScoredValue.just(one.priority(), one.key().getBytes(UTF_8)))
        .toArray(ScoredValue[]::new);
  }
}
