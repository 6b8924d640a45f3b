package dev.sessioncache.demo;

import java.io.IOException;

/** Looks after the processes of a run, several times a second, on the run's thread. */
@FunctionalInterface
interface Supervision {

  /**
   * Does what is due.
   *
   * @throws RunFailedException when the run can't go on
   */
  void check() throws RunFailedException, IOException;
}
