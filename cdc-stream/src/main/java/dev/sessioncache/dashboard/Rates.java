package dev.sessioncache.dashboard;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How fast counters of several processes rise together, over the last seconds. Used by one thread.
 */
final class Rates {

  private static final long WINDOW_MILLIS = 5_000;

  /** A counter at the time when its process told it. */
  private record Point(long atMillis, long count) {}

  private final Map<String, Deque<Point>> points = new HashMap<>();

  /** Takes what a process tells of its counter. One that has fallen is of a new process. */
  void told(String process, long atMillis, long count) {
    Deque<Point> known = points.computeIfAbsent(process, name -> new ArrayDeque<>());
    Point last = known.peekLast();
    if (last != null && last.atMillis() == atMillis) {
      return;
    }
    if (last != null && last.count() > count) {
      known.clear();
    }
    known.addLast(new Point(atMillis, count));
    while (known.size() > 2 && known.peekFirst().atMillis() < atMillis - WINDOW_MILLIS) {
      known.removeFirst();
    }
  }

  /** Of processes other than these nothing is counted any more. */
  void keep(Collection<String> processes) {
    points.keySet().retainAll(processes);
  }

  /** A second, of all processes; null when that can't be said yet. */
  @Nullable Double perSecond() {
    double sum = 0;
    boolean known = false;
    for (Deque<Point> one : points.values()) {
      long millis = one.getLast().atMillis() - one.getFirst().atMillis();
      if (millis > 0) {
        known = true;
        sum += 1000.0 * (one.getLast().count() - one.getFirst().count()) / millis;
      }
    }
    return known ? sum : null;
  }
}
