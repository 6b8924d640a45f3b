package dev.sessioncache.capture;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Looks at {@link KafkaSilence} while a sink writes, and while the one who announces waits. Owns
 * its thread.
 */
final class SilenceWatch implements AutoCloseable {

  private static final long LOOK_MILLIS = 200;

  private final KafkaSilence kafka;
  private final Supplier<Duration> waiting;
  private final ScheduledExecutorService thread =
      Executors.newSingleThreadScheduledExecutor(SilenceWatch::daemon);

  /**
   * @param waiting for how long Kafka owes an answer; asked by the thread of this watch
   */
  SilenceWatch(KafkaSilence kafka, Supplier<Duration> waiting) {
    this.kafka = kafka;
    this.waiting = waiting;
  }

  void start() {
    Future<?> unused = // neither of the two throws
        thread.scheduleAtFixedRate(
            () -> kafka.look(waiting.get()), LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "kafka-silence");
    thread.setDaemon(true);
    return thread;
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
