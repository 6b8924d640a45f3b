package dev.sessioncache.project;

import java.time.Duration;
import java.util.Optional;

/**
 * Publishes what a lane has held back once it has caught up, or all that it holds when that is not
 * known, a piece at a time. While changes come its share of the thread's time is small: they share
 * the lane and the way to Redis with what it publishes, and must not queue behind it. Where it
 * stands is part of the lane's state; a restart goes on from there.
 */
final class Publisher {

  /** How often it has its turn. */
  static final Duration EVERY = Duration.ofMillis(20);

  private static final long TURN_NANOS = Duration.ofMillis(4).toNanos();
  private static final long IDLE_TURN_NANOS = Duration.ofMillis(20).toNanos();
  private static final int SESSIONS_AT_A_TIME = 20;

  private final LaneRows rows;
  private final SessionChanges sessions;
  private final LaneProgress progress;

  Publisher(LaneRows rows, SessionChanges sessions, LaneProgress progress) {
    this.rows = rows;
    this.sessions = sessions;
    this.progress = progress;
  }

  /**
   * Publishes for one turn.
   *
   * @param idle whether no record has come since the last turn
   */
  void publishSome(boolean idle) {
    progress.isAtWork();
    progress.checkBound(); // no change may come that would notice it
    long start = System.nanoTime();
    Optional<String> from = progress.publishedUpTo();
    while (from.isPresent()) {
      from = progress.heldBack().isKnown() ? someHeldBack(from.get()) : someOfAll(from.get());
      if (System.nanoTime() - start > (idle ? IDLE_TURN_NANOS : TURN_NANOS)) {
        break;
      }
    }
    progress.published(from.orElse(null));
  }

  private Optional<String> someOfAll(String after) {
    return rows.forSomeSessions(after, SESSIONS_AT_A_TIME, (id, row) -> sessions.publish(row));
  }

  /** Returns where to go on, which is where all of it begins: should we end before it is done. */
  private Optional<String> someHeldBack(String start) {
    HeldBack heldBack = progress.heldBack();
    heldBack.next(SESSIONS_AT_A_TIME).forEach(id -> sessions.emit(id, 0));
    return heldBack.isEmpty() ? Optional.empty() : Optional.of(start);
  }
}
