package dev.sessioncache.apply;

import dev.sessioncache.guard.GuardedWrite;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What one attempt takes to Redis.
 *
 * @param deletions keys of values whose entry can't be read; they go before the rest, so that a
 *     later good entry stays
 * @param guarded in the order of their lanes
 * @param index what the lanes' priority indexes are to be told
 * @param watermarksMillis by lane, ms since 1970; written after the rest
 */
record Writes(
    Set<String> deletions,
    List<GuardedWrite> guarded,
    PriorityIndex.Changes index,
    Map<Integer, Long> watermarksMillis) {

  Writes with(PriorityIndex.Changes changes) {
    return new Writes(deletions, guarded, changes, watermarksMillis);
  }
}
