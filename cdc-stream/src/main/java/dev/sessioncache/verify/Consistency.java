package dev.sessioncache.verify;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * The share of the looked-at sessions that are right, in nines: how often 9 stands at its
 * beginning.
 *
 * @param right sessions
 * @param checked sessions, at least as many
 */
record Consistency(long right, long checked) {

  /** What a count can tell apart. */
  private static final int MOST_NINES = 9;

  boolean isWhole() {
    return right == checked;
  }

  /** 0 to 1; NaN when nothing was looked at. */
  double share() {
    return (double) right / checked;
  }

  /** 0.99 has two. For the whole as many as the number of sessions can tell. */
  int nines() {
    long wrong = isWhole() ? 1 : checked - right;
    int nines = 0;
    for (long scaled = 10 * wrong; scaled <= checked && nines < MOST_NINES; scaled *= 10) {
      nines++;
    }
    return nines;
  }

  /** Never rounded up: what is not whole does not look like it. */
  String text() {
    if (checked == 0) {
      return "-";
    }
    if (isWhole()) {
      return "100 %";
    }
    BigDecimal percent =
        BigDecimal.valueOf(100 * right)
            .divide(BigDecimal.valueOf(checked), Math.max(2, nines() - 1), RoundingMode.DOWN);
    return percent.toPlainString() + " % (" + nines() + (nines() == 1 ? " nine)" : " nines)");
  }
}
