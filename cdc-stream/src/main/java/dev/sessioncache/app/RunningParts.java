package dev.sessioncache.app;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The parts of a running program: each on a thread of its own, and what they share. When one ends,
 * all end; they are closed in the reverse of the order in which they were added, within a bound.
 * Thread-safe.
 */
final class RunningParts implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(RunningParts.class);
  private static final Duration JOIN_TIMEOUT = Duration.ofSeconds(6);

  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private final AtomicReference<@Nullable String> whyEnded = new AtomicReference<>();
  private final Deque<AutoCloseable> owned = new ArrayDeque<>();

  /** Takes something to close at the end. */
  synchronized <T extends AutoCloseable> T own(T part) {
    owned.push(part);
    return part;
  }

  /** Runs a part on a thread of its own; its end, however it comes, ends the program. */
  @SuppressWarnings("try") // closing may be interrupted, which close() below passes on
  synchronized <T extends Runnable & AutoCloseable> void start(String name, T part) {
    Thread thread =
        new Thread(
            () -> {
              try {
                part.run();
                end(name + " has ended");
                ended.complete(null);
              } catch (Throwable e) { // an Error too must not leave the process half alive
                end(name + " has failed");
                ended.completeExceptionally(e);
              }
            },
            name);
    owned.push(
        () -> {
          part.close();
          thread.join(JOIN_TIMEOUT.toMillis());
        });
    thread.start();
  }

  void awaitEnd() throws InterruptedException, ExecutionException {
    ended.get();
  }

  /** What ended first, or that we were told to; empty while all of it runs. */
  Optional<String> whyEnded() {
    return Optional.ofNullable(whyEnded.get());
  }

  private void end(String why) {
    whyEnded.compareAndSet(null, why);
  }

  void stop() {
    end("told to stop");
    ended.complete(null);
  }

  @Override
  public void close() {
    for (AutoCloseable part = next(); part != null; part = next()) {
      try {
        part.close();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (Exception e) {
        log.warn("event=close_failed cause={}", e.getClass().getSimpleName());
      }
    }
  }

  private synchronized @Nullable AutoCloseable next() {
    return owned.poll();
  }
}
