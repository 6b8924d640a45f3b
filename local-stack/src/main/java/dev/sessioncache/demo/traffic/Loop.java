package dev.sessioncache.demo.traffic;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A daemon thread that runs one round after another until it is closed. A round that fails is tried
 * again, since servers may be broken on purpose; the owner asks {@link #check()} now and then, so
 * that no part of the demo fails for long unnoticed.
 */
final class Loop implements AutoCloseable {

  /**
   * One round; it ends early when the thread is interrupted, and may be tried again when it fails.
   */
  @FunctionalInterface
  interface Round {
    void run() throws Exception;
  }

  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  private static final long PAUSE_MILLIS = 500;

  private final Thread thread;
  private final Duration patience;
  private final Round round;
  private volatile boolean closed;
  private volatile @Nullable Failure failure;

  private Loop(String name, Duration patience, Round round) {
    this.patience = patience;
    this.round = round;
    this.thread = new Thread(this::run, name);
    thread.setDaemon(true);
  }

  /**
   * Starts the thread.
   *
   * @param patience how long rounds may fail in a row
   */
  static Loop start(String name, Duration patience, Round round) {
    Loop loop = new Loop(name, patience, round);
    loop.thread.start();
    return loop;
  }

  /**
   * Returns when the thread does its work, has not failed for long, or was closed.
   *
   * @throws IllegalStateException when its rounds have failed for too long, with the first
   *     exception as the cause
   */
  void check() {
    Failure present = failure;
    if (present != null && System.nanoTime() - present.sinceNanos() >= patience.toNanos()) {
      throw new IllegalStateException(
          "the simulated " + thread.getName() + " failed", present.cause());
    }
  }

  /** Whether the last round did not fail. */
  boolean isWell() {
    return failure == null;
  }

  private void run() {
    while (!closed) {
      try {
        round.run();
        failure = null;
      } catch (InterruptedException e) {
        return; // only closing interrupts
      } catch (Exception e) {
        noteAndPause(e);
      }
    }
  }

  private void noteAndPause(Exception e) {
    if (failure == null && !closed) {
      failure = new Failure(e, System.nanoTime());
    }
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt(); // the next round, if any, ends by it
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

  /** The first of the failures in a row. */
  private record Failure(Exception cause, long sinceNanos) {}
}
