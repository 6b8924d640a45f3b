package dev.sessioncache.warm;

import dev.sessioncache.guard.WriteCounts;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What has become of the sessions of one warm so far. Used by its thread, except for {@link
 * #firstWrite()}, which may come from any.
 */
final class Tally {

  private final Map<Skip, Long> skipped = new EnumMap<>(Skip.class);
  private final AtomicReference<@Nullable Long> firstWriteNanoTime = new AtomicReference<>();

  private long read;
  private long retries;
  private WriteCounts counts = WriteCounts.NONE;

  void rowRead() {
    read++;
  }

  void skipped(Skip kind, long sessions) {
    if (sessions > 0) {
      skipped.merge(kind, sessions, Long::sum);
    }
  }

  void retried() {
    retries++;
  }

  /** Redis has acknowledged a value. Only the first call counts. */
  void firstWrite() {
    firstWriteNanoTime.compareAndSet(null, System.nanoTime());
  }

  void answered(WriteCounts answer) {
    counts = counts.plus(answer);
    skipped(Skip.ENDED, answer.removed());
  }

  long read() {
    return read;
  }

  long skipped(Skip kind) {
    return skipped.getOrDefault(kind, 0L);
  }

  Map<Skip, Long> skipped() {
    return Collections.unmodifiableMap(skipped);
  }

  long retries() {
    return retries;
  }

  WriteCounts counts() {
    return counts;
  }

  /** By {@link System#nanoTime()}. */
  Optional<Long> firstWriteNanoTime() {
    return Optional.ofNullable(firstWriteNanoTime.get());
  }
}
