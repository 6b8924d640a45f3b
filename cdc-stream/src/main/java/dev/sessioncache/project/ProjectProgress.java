package dev.sessioncache.project;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** What project has done, for status and metrics. Thread-safe. */
public final class ProjectProgress {

  private final Counter deadLetters;
  private final Counter olderEpoch;
  private final Counter formerTerm;
  private final Map<Integer, Lane> lanes = new ConcurrentHashMap<>();

  /**
   * Where a lane stands.
   *
   * @param waitsForPulse whether it has not caught up, and has nothing to do that it could end
   * @param allPublished whether it has caught up and published all that it holds
   * @param watermarkMillis when the newest pulse that it has read was sent, ms since 1970; 0 before
   *     the first
   * @param atNanos when it was so, by the monotonic clock
   */
  public record Lane(
      boolean waitsForPulse, boolean allPublished, long watermarkMillis, long atNanos) {}

  public ProjectProgress(MeterRegistry meters) {
    this.deadLetters =
        Counter.builder("warmer.dead.letters")
            .description("Records that could not be used, by the stage that gave up on them")
            .tag("stage", "project")
            .register(meters);
    this.olderEpoch = ignored(meters, "older-epoch");
    this.formerTerm = ignored(meters, "former-term");
  }

  private static Counter ignored(MeterRegistry meters, String reason) {
    return Counter.builder("warmer.project.ignored")
        .description("Records of a capture that a newer baseline or capture has replaced")
        .tag("reason", reason)
        .register(meters);
  }

  void stands(int lane, Lane now) {
    lanes.put(lane, now);
  }

  /** It has gone to another instance, or is about to begin anew. */
  void gone(int lane) {
    lanes.remove(lane);
  }

  /** The lanes of this process, by number, each as of its last turn to publish. */
  public Map<Integer, Lane> lanes() {
    return Map.copyOf(lanes);
  }

  /**
   * How far behind Postgres is what has been passed on, ms, by lane; of the lanes of this process
   * that have read a pulse and hold nothing back.
   */
  public Map<Integer, Long> lagsMillis(long nowMillis) {
    Map<Integer, Long> lags = new TreeMap<>();
    lanes.forEach(
        (lane, stands) -> {
          if (stands.allPublished() && stands.watermarkMillis() > 0) {
            lags.put(lane, Math.max(0, nowMillis - stands.watermarkMillis()));
          }
        });
    return lags;
  }

  /**
   * Which lanes are behind, in words; empty when none is, or none has read a pulse yet.
   *
   * @param bound how old the newest pulse of a lane may be
   */
  Optional<String> whyBehind(Duration bound, long nowMillis) {
    List<Integer> behind =
        lanes.entrySet().stream()
            .filter(lane -> lane.getValue().watermarkMillis() > 0)
            .filter(lane -> nowMillis - lane.getValue().watermarkMillis() > bound.toMillis())
            .map(Map.Entry::getKey)
            .sorted()
            .toList();
    return behind.isEmpty() ? Optional.empty() : Optional.of("lanes " + behind + " are behind");
  }

  void deadLetter() {
    deadLetters.increment();
  }

  void olderEpochIgnored() {
    olderEpoch.increment();
  }

  void formerTermIgnored() {
    formerTerm.increment();
  }

  public long deadLetters() {
    return (long) deadLetters.count();
  }
}
