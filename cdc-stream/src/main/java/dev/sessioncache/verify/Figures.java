package dev.sessioncache.verify;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What was found so far.
 *
 * @param right sessions that are as they are to be
 * @param inFlight of these, the ones that were so only when looked at again
 * @param drift proven wrong, by kind; every kind is there
 * @param behind sessions of which nothing can be said, since their lane stands still
 * @param busy sessions of which nothing can be said, since they change all the time
 * @param behindLanes the lanes that stood still
 * @param beyondBudget live sessions that are not to be kept; no part of what was checked
 * @param repaired of the drift
 * @param refused writes of repairs that the guard has refused, or for which Redis has no memory
 * @param drifts one by one, the first of them
 */
record Figures(
    long right,
    long inFlight,
    Map<Kind, Long> drift,
    long behind,
    long busy,
    SortedSet<Integer> behindLanes,
    long beyondBudget,
    long repaired,
    long refused,
    List<Drift> drifts) {

  static final Figures NONE = new Tally().figures();

  long drift(Kind kind) {
    return drift.getOrDefault(kind, 0L);
  }

  long driftCount() {
    return drift.values().stream().mapToLong(Long::longValue).sum();
  }

  long driftLeft() {
    return driftCount() - repaired;
  }

  long unproven() {
    return behind + busy;
  }

  long checked() {
    return right + driftCount() + unproven();
  }

  Consistency consistency() {
    return new Consistency(right, checked());
  }

  /** Both together. */
  Figures plus(Figures other) {
    Map<Kind, Long> sum = new EnumMap<>(drift);
    other.drift.forEach((kind, count) -> sum.merge(kind, count, Long::sum));
    SortedSet<Integer> lanes = new TreeSet<>(behindLanes);
    lanes.addAll(other.behindLanes);
    return new Figures(
        right + other.right,
        inFlight + other.inFlight,
        sum,
        behind + other.behind,
        busy + other.busy,
        lanes,
        beyondBudget + other.beyondBudget,
        repaired + other.repaired,
        refused + other.refused,
        Stream.concat(drifts.stream(), other.drifts.stream()).limit(Tally.TOLD_DRIFTS).toList());
  }
}
