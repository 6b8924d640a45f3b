package dev.sessioncache.localstack;

import java.nio.file.Path;

/**
 * One server process that a test may break. Owned by its {@link Stack}; calls may come from any
 * thread and run one after the other. Asking for the state that a server is already in does
 * nothing.
 */
public interface Server extends Breakable {

  /** {@code postgres}, {@code kafka} or {@code redis}. */
  String name();

  /** Shuts the server down in its orderly way; kills it when that takes more than ten seconds. */
  void stop();

  /**
   * Starts a server that does not run on its former port and data, and returns when it answers.
   *
   * @throws StackException when it does not come up; the message ends with the last lines of {@link
   *     #log()}
   */
  @Override
  void start();

  /** {@link #stop()} and {@link #start()}. */
  void restart();

  /** What the server wrote to its output, all starts after one another. */
  Path log();
}
