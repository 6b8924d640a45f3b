package dev.sessioncache.dashboard;

import dev.sessioncache.thread.DaemonThreads;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks one server again and again, on a thread of its own, and knows since when it has not
 * answered: one that hangs is noticed as well as one that refuses.
 *
 * @param <T> its answer
 */
final class ServerWatch<T> implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(ServerWatch.class);

  /** A question that is under way for longer has not been answered. */
  private static final Duration PATIENCE = Duration.ofSeconds(4);

  /** A question to a server. */
  @FunctionalInterface
  interface Question<T> {
    T ask() throws Exception;
  }

  private final String server;
  private final Question<T> question;
  private final Clock clock;
  private final LongSupplier nanoTime;
  private final ScheduledExecutorService thread;
  private volatile @Nullable T answer;
  private volatile Instant answeredAt;
  private volatile boolean failed;
  private volatile boolean asking;
  private volatile long askedNanos;

  /**
   * Begins to ask.
   *
   * @param nanoTime monotonic, as {@link System#nanoTime}
   */
  ServerWatch(
      String server, Question<T> question, Duration pause, Clock clock, LongSupplier nanoTime) {
    this.server = server;
    this.question = question;
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.answeredAt = clock.instant();
    this.thread = Executors.newSingleThreadScheduledExecutor(new DaemonThreads("watch-" + server));
    var unused =
        thread.scheduleWithFixedDelay(this::ask, 0, pause.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void ask() {
    askedNanos = nanoTime.getAsLong();
    asking = true;
    try {
      answer = question.ask();
      answeredAt = clock.instant();
      failed = false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) { // whatever it is, it is asked again
      log.debug("event=server_does_not_answer server={}", server, e);
      failed = true;
    } finally {
      asking = false;
    }
  }

  /** The last answer; empty before the first. */
  Optional<T> answer() {
    return Optional.ofNullable(answer);
  }

  /** Since when it does not answer; empty while it does. */
  Optional<Instant> silentSince() {
    boolean hangs = asking && nanoTime.getAsLong() - askedNanos > PATIENCE.toNanos();
    return failed || hangs ? Optional.of(answeredAt) : Optional.empty();
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
