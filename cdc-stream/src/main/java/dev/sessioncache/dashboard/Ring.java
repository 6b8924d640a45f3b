package dev.sessioncache.dashboard;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;

/** The last of what has come, a bounded number, oldest first. Thread-safe. */
final class Ring<T> {

  private final int most;
  private final Deque<T> kept = new ArrayDeque<>();

  Ring(int most) {
    this.most = most;
  }

  synchronized void add(T one) {
    if (kept.size() == most) {
      kept.removeFirst();
    }
    kept.addLast(one);
  }

  synchronized List<T> all(Predicate<T> which) {
    return kept.stream().filter(which).toList();
  }
}
