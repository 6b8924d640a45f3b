package dev.sessioncache.capture;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Producer;

/** A capture that runs on a thread of this JVM. */
final class RunningCapture implements AutoCloseable {

  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(30);

  final CaptureProgress progress;
  private final MeterRegistry meters;
  private final Capture capture;
  private final Producer<String, byte[]> producer;
  private final CompletableFuture<Void> ended;

  RunningCapture(
      Capture capture,
      CaptureProgress progress,
      MeterRegistry meters,
      Producer<String, byte[]> producer) {
    this.meters = meters;
    this.capture = capture;
    this.progress = progress;
    this.producer = producer;
    this.ended =
        CompletableFuture.runAsync(capture, task -> new Thread(task, "test-capture").start());
  }

  /** Completes when it has ended, exceptionally when it failed. */
  CompletableFuture<Void> ended() {
    return ended;
  }

  /** How many readings have failed. */
  double timesFailed() {
    return meters.get("warmer.capture.failures").counter().count();
  }

  /** Fails at once when it has failed. */
  void throwIfEnded() {
    if (ended.isCompletedExceptionally()) {
      ended.join();
    }
  }

  /** Ends it in its orderly way and returns how long that took. */
  Duration stop() throws Exception {
    long begin = System.nanoTime();
    capture.close();
    try {
      ended.get(CLOSE_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } finally {
      producer.close(Duration.ZERO);
    }
    return Duration.ofNanos(System.nanoTime() - begin);
  }

  @Override
  public void close() throws Exception {
    capture.close();
    ended.handle((done, failure) -> done).get(CLOSE_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    producer.close(Duration.ZERO);
  }
}
