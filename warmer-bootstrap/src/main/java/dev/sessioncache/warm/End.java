package dev.sessioncache.warm;

import dev.sessioncache.command.StopSignal;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * When a warm has to end before it has read all: at its deadline, or when stop is requested. Used
 * by the thread of one warm.
 */
final class End {

  /** Reads something of a database; gives null when there is nothing more. */
  @FunctionalInterface
  interface Read<T> {
    @Nullable T next() throws SQLException;
  }

  private final StopSignal stop;
  private final Deadline deadline;
  private boolean cutOff;

  End(StopSignal stop, Deadline deadline) {
    this.stop = stop;
    this.deadline = deadline;
  }

  StopSignal stop() {
    return stop;
  }

  Deadline deadline() {
    return deadline;
  }

  boolean isNear() {
    return stop.requested() || deadline.passed();
  }

  /** Whether there was more to read. */
  boolean hasCutOff() {
    return cutOff;
  }

  /** Sleeps, but not beyond the end. */
  void sleep(Duration time) throws InterruptedException {
    Duration left = deadline.left();
    stop.sleep(time.compareTo(left) < 0 ? time : left);
  }

  /**
   * Reads unless the end is near. That the read fails then is no failure: it was cancelled by us,
   * or by the time limits given to the server.
   */
  <T> @Nullable T orNull(Read<T> read) throws SQLException {
    if (isNear()) {
      cutOff = true;
      return null;
    }
    try {
      return read.next();
    } catch (SQLException e) {
      if (isNear()) {
        cutOff = true;
        return null;
      }
      throw e;
    }
  }
}
