package dev.sessioncache.demo.traffic;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A daemon thread that runs one round after another until it is closed or a round fails; the owner
 * asks {@link #check()} now and then, so that no part of the demo dies unnoticed.
 */
final class Loop implements AutoCloseable {

  /** One round; it ends early when the thread is interrupted. */
  @FunctionalInterface
  interface Round {
    void run() throws Exception;
  }

  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  private final Thread thread;
  private final Round round;
  private volatile boolean closed;
  private volatile @Nullable Exception failure;

  private Loop(String name, Round round) {
    this.round = round;
    this.thread = new Thread(this::run, name);
    thread.setDaemon(true);
  }

  static Loop start(String name, Round round) {
    Loop loop = new Loop(name, round);
    loop.thread.start();
    return loop;
  }

  /**
   * Returns when the thread runs or was closed.
   *
   * @throws IllegalStateException when a round failed, with its exception as the cause
   */
  void check() {
    Exception cause = failure;
    if (cause != null) {
      throw new IllegalStateException("the simulated " + thread.getName() + " failed", cause);
    }
  }

  private void run() {
    while (!closed) {
      try {
        round.run();
      } catch (Exception e) {
        // Closing interrupts whatever the round waits for; that is no failure.
        if (!closed) {
          failure = e;
        }
        return;
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    try {
      thread.join(CLOSE_TIMEOUT.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
