package dev.sessioncache.bench.measure;

import java.util.Arrays;

/** Several measurements of one thing. */
public record Figure(double median, double min, double max) {

  /**
   * Of at least one value.
   *
   * @throws IllegalArgumentException when there is none
   */
  public static Figure of(double... values) {
    if (values.length == 0) {
      throw new IllegalArgumentException("no values");
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    double median =
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    return new Figure(median, sorted[0], sorted[sorted.length - 1]);
  }
}
