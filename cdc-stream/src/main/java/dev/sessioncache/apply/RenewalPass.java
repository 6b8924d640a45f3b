package dev.sessioncache.apply;

import dev.sessioncache.guard.GuardSettings;
import io.lettuce.core.ScanCursor;

/**
 * A pass over the index of a lane: how far it has come, how far it should have come by now, and
 * which values it found gone. Evenly spread over a quarter of the lease, it leaves each session
 * time for a second chance. Used by the apply thread alone.
 */
final class RenewalPass {

  /** Fewer are not worth a round trip. */
  private static final int FEWEST = 250;

  private static final int MOST = 1_000;

  private final long startNanos = System.nanoTime();
  private final long size;
  private final boolean guards;
  private final long plannedNanos;
  private final long everyNanos;
  private ScanCursor cursor = ScanCursor.INITIAL;
  private long looked;
  private long renewed;

  /**
   * @param size of the index
   * @param guards whether guards are renewed, too
   */
  RenewalPass(long size, boolean guards, GuardSettings settings) {
    this.size = size;
    this.guards = guards;
    this.plannedNanos = settings.renewalPass().toNanos();
    this.everyNanos = settings.renewalInterval().toNanos();
  }

  boolean isDone() {
    return cursor.isFinished();
  }

  /** Whether it is time for the next pass. */
  boolean isOver() {
    return isDone() && age() >= everyNanos;
  }

  /** How many sessions to look at now; 0 when it is not time yet. */
  int due() {
    if (isDone()) {
      return 0;
    }
    if (age() >= plannedNanos) {
      return MOST;
    }
    long due = (long) ((double) age() / plannedNanos * size) - looked;
    long least = Math.max(1, Math.min(FEWEST, size - looked)); // an index may grow meanwhile
    return due < least ? 0 : (int) Math.min(due, MOST);
  }

  private long age() {
    return System.nanoTime() - startNanos;
  }

  boolean guards() {
    return guards;
  }

  ScanCursor cursor() {
    return cursor;
  }

  void looked(ScanCursor next, int sessions) {
    cursor = next;
    looked += sessions;
  }

  void renewed(int sessions) {
    renewed += sessions;
  }

  /** Sessions renewed so far. */
  long renewed() {
    return renewed;
  }
}
