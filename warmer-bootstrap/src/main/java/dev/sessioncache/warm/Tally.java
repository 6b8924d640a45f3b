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
  private long present;
  private long covered;
  private long retries;
  private double coveredRate;
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

  /** Redis holds a session already, as the snapshot sees it. */
  void present(double rate) {
    present++;
    covered++;
    coveredRate += rate;
  }

  /**
   * Redis has answered a batch. Its sessions are about as recent as each other, so when some are
   * not in Redis the rate of the batch counts by the share of those that are.
   *
   * @param inRedis how many of its sessions Redis now holds
   */
  void answered(Batch batch, WriteCounts answer, long inRedis) {
    counts = counts.plus(answer);
    skipped(Skip.ENDED, answer.removed());
    covered += inRedis;
    coveredRate += batch.rate() * inRedis / batch.entries().size();
  }

  long read() {
    return read;
  }

  /** Sessions that were read, or found in Redis. */
  long looked() {
    return read + present;
  }

  /** Sessions that were found in Redis and so not read. */
  long present() {
    return present;
  }

  /** Sessions that are in Redis now. */
  long covered() {
    return covered;
  }

  /** Requests per second expected of all sessions that are in Redis now. */
  double coveredRate() {
    return coveredRate;
  }

  long skipped(Skip kind) {
    return skipped.getOrDefault(kind, 0L);
  }

  Map<Skip, Long> skipped() {
    return Collections.unmodifiableMap(skipped);
  }

  /** Sessions that can't be put into Redis as they are; one that has ended is not among them. */
  long failed() {
    return skipped(Skip.UNUSABLE_KEY) + skipped(Skip.UNREADABLE_ROW) + counts.noMemory();
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
