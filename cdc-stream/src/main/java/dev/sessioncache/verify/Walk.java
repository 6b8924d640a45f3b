package dev.sessioncache.verify;

import java.sql.SQLException;

/** A way through one of both sides, in steps. Used by one thread. */
interface Walk {

  /**
   * Goes on.
   *
   * @param most about how many sessions to look at
   * @return how many it were
   */
  int step(int most) throws SQLException;

  /** Whether there is nothing more on this way. */
  boolean hasEnded();
}
