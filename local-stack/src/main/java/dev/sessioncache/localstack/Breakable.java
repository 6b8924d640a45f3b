package dev.sessioncache.localstack;

/**
 * A process that may be broken and mended. Calls may come from any thread and run one after the
 * other. Asking for the state that it is already in does nothing.
 */
public interface Breakable {

  /** Kills it and all processes below it with SIGKILL, and returns when they are gone. */
  void kill();

  /** Freezes it and all processes below it: connections stay open, nobody answers. */
  void pause();

  /** Lets it run on when it is paused. */
  void resume();

  /**
   * Starts it when it was stopped or killed, or has ended.
   *
   * @throws StackException when it can't be started
   */
  void start();

  /** Whether it runs, paused or not. */
  boolean isAlive();
}
