package dev.sessioncache.command;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * SIGINT or SIGTERM, turned into a request: whoever works finishes what is under way, within {@link
 * #GRACE}, and closes the signal. The JVM then ends with 130 or 143. Thread-safe.
 */
public final class StopSignal implements AutoCloseable {

  public static final Duration GRACE = Duration.ofSeconds(8);

  private final CountDownLatch requested = new CountDownLatch(1);
  private final CountDownLatch finished = new CountDownLatch(1);
  private final Thread hook = new Thread(this::stop, "stop-signal");

  private volatile Runnable action = () -> {};

  private StopSignal() {}

  /** Listens from now on until closed. */
  public static StopSignal install() {
    StopSignal signal = new StopSignal();
    Runtime.getRuntime().addShutdownHook(signal.hook);
    return signal;
  }

  /** Hears of no signal: for work inside of a program that is not ours to stop. */
  public static StopSignal onRequestOnly() {
    return new StopSignal();
  }

  /** Runs the action, on a thread of its own, when stop is requested. */
  public void onRequest(Runnable action) {
    this.action = action;
    if (requested()) {
      action.run();
    }
  }

  public boolean requested() {
    return requested.getCount() == 0;
  }

  /** Sleeps, but not beyond a request to stop. */
  public void sleep(Duration time) throws InterruptedException {
    boolean unused = requested.await(time.toMillis(), TimeUnit.MILLISECONDS);
  }

  public void request() {
    requested.countDown();
    action.run();
  }

  private void stop() {
    request();
    try {
      boolean unused = finished.await(GRACE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    finished.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The JVM is shutting down: the hook is running or has run.
    }
  }
}
