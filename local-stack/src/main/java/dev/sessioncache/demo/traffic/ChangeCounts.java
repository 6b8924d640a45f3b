package dev.sessioncache.demo.traffic;

import java.util.Map;

/**
 * Changes that were committed.
 *
 * @param total all of them
 * @param byKind by {@link ChangeKind#label()}, every kind present
 */
public record ChangeCounts(long total, Map<String, Long> byKind) {

  long of(ChangeKind kind) {
    return byKind.getOrDefault(kind.label(), 0L);
  }
}
