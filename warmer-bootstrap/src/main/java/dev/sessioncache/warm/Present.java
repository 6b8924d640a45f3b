package dev.sessioncache.warm;

import dev.sessioncache.guard.Position;
import dev.sessioncache.guard.SnapshotPosition;
import java.time.Duration;
import java.util.Optional;

/**
 * Whether Redis already holds a session as the snapshot sees it, so that it need not be read and
 * written. It may say no where yes were true: then the session is written once more, or refused by
 * the guard.
 *
 * <p>What a snapshot has written is current when that snapshot saw the transactions that wrote both
 * rows: surely so, since what a subtransaction writes carries an id of its own. What the stream has
 * written is current while the stream is live: then whatever is newer is on its way.
 *
 * @param timeline of the snapshot
 * @param streamIsLive whether all lanes are within their bound
 * @param leastLife a value that lapses sooner counts as gone
 */
record Present(int timeline, boolean streamIsLive, Duration leastLife) {

  /**
   * @param millisLeft time to live of the value, less than 0 when there is none
   * @param guard the stored position; empty when there is none
   */
  boolean holds(SessionVersion version, long millisLeft, Optional<Position> guard) {
    return millisLeft >= leastLife.toMillis()
        && guard.filter(position -> isCurrent(position, version)).isPresent();
  }

  private boolean isCurrent(Position stored, SessionVersion version) {
    if (stored.timeline() != timeline) {
      return false;
    }
    if (stored instanceof SnapshotPosition earlier) {
      return earlier.snapshot().surelySees(version.session())
          && earlier.snapshot().surelySees(version.user());
    }
    return streamIsLive;
  }
}
