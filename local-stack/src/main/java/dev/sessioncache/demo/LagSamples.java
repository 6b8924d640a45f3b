package dev.sessioncache.demo;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Lags that were seen, one after the other. For one thread. */
final class LagSamples {

  private final List<Long> millis = new ArrayList<>();

  void add(long lagMillis) {
    millis.add(lagMillis);
  }

  /** All figures are zero when nothing was seen. */
  Lag summary() {
    if (millis.isEmpty()) {
      return new Lag(0, 0, 0, 0);
    }
    List<Long> sorted = millis.stream().sorted().toList();
    return new Lag(
        millis.size(),
        sorted.get(sorted.size() / 2),
        Collections.max(millis),
        millis.get(millis.size() - 1));
  }

  /**
   * How far Redis was behind Postgres, in milliseconds.
   *
   * @param count how often it was looked at
   * @param p50 the median
   * @param max the most
   * @param last at the end
   */
  record Lag(long count, long p50, long max, long last) {}
}
