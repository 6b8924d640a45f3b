package dev.sessioncache.project;

import dev.sessioncache.guard.GuardSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The sessions that a lane has held back since it fell behind. They are what it has to publish when
 * it has caught up, in place of all that it holds: so a short stop costs what changed meanwhile.
 * Known only of a lane that this process has seen fall behind with nothing left to publish, and
 * only while renewals come to all other values before they lapse; kept in memory alone, so after a
 * restart meanwhile the lane publishes everything. Used by the lane's thread.
 */
final class HeldBack {

  /** Of each lane; beyond that it is as well to publish everything. */
  static final int MOST = 10_000;

  private final Duration survivable;
  private final Duration renewalPass;
  private final Set<String> ids = new LinkedHashSet<>();
  private boolean known;
  private long caughtUpMillis;

  /** Up to then all that the lane holds was renewed or published. */
  private long keptMillis;

  HeldBack(GuardSettings guard, Duration stalenessBound) {
    this.survivable = guard.survivableSilence(stalenessBound);
    this.renewalPass = guard.renewalPass();
  }

  /**
   * The lane falls behind, with nothing left to publish.
   *
   * @param watermarkMillis the newest pulse up to then, ms since 1970
   */
  void begin(long watermarkMillis) {
    boolean publishedAll = !known;
    if (publishedAll || watermarkMillis - caughtUpMillis >= renewalPass.toMillis()) {
      keptMillis = watermarkMillis;
    } // else some values are left that neither it nor a renewal has come to
    ids.clear();
    known = true;
  }

  /**
   * The lane has caught up: from now on it publishes, and values are renewed.
   *
   * @param watermarkMillis with that pulse, ms since 1970
   */
  void caughtUp(long watermarkMillis, long nowMillis) {
    if (nowMillis - keptMillis > survivable.toMillis()) {
      forget();
    }
    caughtUpMillis = watermarkMillis;
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
