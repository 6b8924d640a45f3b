package dev.sessioncache.demo;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Turns SIGINT and SIGTERM into an orderly end: the JVM's shutdown waits, for a bounded time, until
 * the run has unwound. The run asks here whenever it waits. Safe for all threads.
 */
final class StopSignal implements AutoCloseable {

  /** The stream has 15 s, the servers stop faster; what is left dies with the JVM. */
  private static final Duration UNWIND = Duration.ofSeconds(30);

  private final CountDownLatch asked = new CountDownLatch(1);
  private final CountDownLatch unwound = new CountDownLatch(1);

  /** Call it once, before anything that has to be stopped is started. */
  void install() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::stopAndWait, "stop"));
  }

  /** Asks the run to stop. */
  void stop() {
    asked.countDown();
  }

  /**
   * Waits that long.
   *
   * @throws StoppedException as soon as somebody asks the run to stop
   */
  void sleep(Duration time) throws StoppedException {
    try {
      if (asked.await(time.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new StoppedException();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoppedException();
    }
  }

  private void stopAndWait() {
    stop();
    try {
      unwound.await(UNWIND.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Tells the shutdown that nothing is left to stop. */
  @Override
  public void close() {
    unwound.countDown();
  }
}
