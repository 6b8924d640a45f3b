package dev.sessioncache.bench.hitrate;

import java.util.List;
import java.util.random.RandomGenerator;

/**
 * How often each session is used: in proportion to r^-1.2 for the one of rank r, as in the
 * demonstration.
 */
final class Popularity {

  private static final double EXPONENT = 1.2;

  private final List<String> tokens;

  /**
   * @param tokens the most used first
   */
  Popularity(List<String> tokens) {
    this.tokens = List.copyOf(tokens);
  }

  String next(RandomGenerator random) {
    return tokens.get(rank(random.nextDouble()));
  }

  /** The inverse of the bounded Pareto distribution on [1, n + 1), rounded down, from zero. */
  private int rank(double uniform) {
    int n = tokens.size();
    double power = 1 - EXPONENT;
    double top = Math.pow(n + 1.0, power);
    double x = Math.pow(1 - uniform * (1 - top), 1 / power);
    return Math.min(n, (int) x) - 1;
  }
}
