package dev.sessioncache.verify;

import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Counts what one round finds. Thread-safe. */
final class Tally {

  /** As many are told one by one. */
  static final int TOLD_DRIFTS = 1_000;

  private final Map<Kind, Long> drift = new EnumMap<>(Kind.class);
  private final TreeSet<Integer> behindLanes = new TreeSet<>();
  private final List<Drift> drifts = new ArrayList<>();
  private long right;
  private long inFlight;
  private long behind;
  private long busy;
  private long beyondBudget;
  private long repaired;
  private long refused;

  Tally() {
    for (Kind kind : Kind.values()) {
      drift.put(kind, 0L);
    }
  }

  /** So many were right when they were first looked at. */
  synchronized void right(long count) {
    right += count;
  }

  /** A suspect is right. */
  synchronized void cleared(boolean wasWrong) {
    right++;
    inFlight += wasWrong ? 1 : 0;
  }

  synchronized void drift(Drift found) {
    drift.merge(found.kind(), 1L, Long::sum);
    repaired += found.repaired() ? 1 : 0;
    if (drifts.size() < TOLD_DRIFTS) {
      drifts.add(found);
    }
  }

  synchronized void behind(Collection<Integer> lanes) {
    behind++;
    behindLanes.addAll(lanes);
  }

  synchronized void busy() {
    busy++;
  }

  synchronized void beyondBudget(long count) {
    beyondBudget += count;
  }

  synchronized void refused(long count) {
    refused += count;
  }

  synchronized Figures figures() {
    return new Figures(
        right,
        inFlight,
        Map.copyOf(drift),
        behind,
        busy,
        new TreeSet<>(behindLanes),
        beyondBudget,
        repaired,
        refused,
        List.copyOf(drifts));
  }
}
