package dev.sessioncache.project;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The sessions that a lane has held back since it fell behind. They are what it has to publish when
 * it has caught up, in place of all that it holds: so a short stop costs what changed meanwhile.
 * Known only of a lane that had published everything before, and that this process has seen fall
 * behind; kept in memory alone, so after a restart meanwhile the lane publishes everything. Used by
 * the lane's thread.
 */
final class HeldBack {

  /** Of each lane; beyond that it is as well to publish everything. */
  static final int MOST = 10_000;

  private final Set<String> ids = new LinkedHashSet<>();
  private boolean known;
  private long sinceMillis;

  /**
   * The lane falls behind; it has published everything so far.
   *
   * @param watermarkMillis the newest pulse up to then, ms since 1970
   */
  void begin(long watermarkMillis) {
    ids.clear();
    known = true;
    sinceMillis = watermarkMillis;
  }

  /**
   * The lane has caught up with that pulse: from now on values are renewed.
   *
   * @param lapsedMillis if it had fallen behind before that, values have lapsed that nothing has
   *     changed
   */
  void caughtUp(long watermarkMillis, long lapsedMillis) {
    if (sinceMillis < lapsedMillis) {
      forget();
    }
    sinceMillis = watermarkMillis;
  }

  /** Anything may be held back. */
  void forget() {
    ids.clear();
    known = false;
  }

  void add(String id) {
    if (!known) {
      return;
    }
    ids.add(id);
    if (ids.size() > MOST) {
      forget();
    }
  }

  /** Whether nothing is held back but these sessions. */
  boolean isKnown() {
    return known;
  }

  boolean isEmpty() {
    return ids.isEmpty();
  }

  /** Takes some of them out. */
  List<String> next(int limit) {
    List<String> next = new ArrayList<>();
    for (Iterator<String> each = ids.iterator(); each.hasNext() && next.size() < limit; ) {
      next.add(each.next());
      each.remove();
    }
    return next;
  }
}
