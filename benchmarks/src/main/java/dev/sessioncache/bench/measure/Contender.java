package dev.sessioncache.bench.measure;

import java.util.List;
import java.util.Map;

/** Something that does the work that is measured; ours, or what a user would take instead. */
public interface Contender {

  String name();

  /** Makes everything as it has to be before a run. Not measured. */
  void prepare() throws Exception;

  /**
   * Does the work once, and returns when it is done. Measured.
   *
   * @return the most that its programs had resident, kB; servers not counted
   */
  long run() throws Exception;

  /**
   * Looks whether the work was done rightly. Not measured.
   *
   * @return how many units were done
   * @throws IllegalStateException when it was not: then nothing is reported
   */
  long check() throws Exception;

  /** Whether it does the work in this JVM, whose processor time then counts as its own. */
  default boolean isHere() {
    return false;
  }

  /** Percentiles of the time that one unit of the last run took, microseconds by their names. */
  default Map<String, Double> micros() {
    return Map.of();
  }

  /** In each second of the last run, the share that the cache has answered. */
  default List<Double> shares() {
    return List.of();
  }
}
