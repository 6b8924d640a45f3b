package dev.sessioncache.reader;

import dev.sessioncache.command.OperationException;
import dev.sessioncache.guard.Generation;
import dev.sessioncache.guard.GenerationLostException;
import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.guard.GuardedWrite;
import dev.sessioncache.guard.GuardedWriter;
import dev.sessioncache.postgres.ServerClock;
import dev.sessioncache.redis.RedisConnection;
import dev.sessioncache.redis.RedisConnections;
import dev.sessioncache.redis.RedisTime;
import io.lettuce.core.RedisException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes what was read of Postgres to Redis, through the guard, in the background: a validation does
 * not wait for it. As with a warm, a write names the generation of Redis that was known before its
 * row was read, and is refused when it comes too late. What can't be written is let go: the next
 * miss brings it again. Thread-safe.
 */
final class Fills implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Fills.class);
  private static final int MOST_WAITING = 10_000;
  private static final int AT_A_TIME = 200;
  private static final long LOOK_MILLIS = 1_000;
  private static final Duration AT_MOST = Duration.ofSeconds(30);

  /**
   * The right to write what is read from now on.
   *
   * @param notAfter by the clock of Redis
   */
  record Ticket(String generation, Instant notAfter) {}

  private record Fill(GuardedWrite write, Ticket ticket) {}

  /** What is known of Redis. */
  private record Known(String generation, ServerClock clock) {}

  private final RedisConnections redis;
  private final GuardSettings settings;
  private final Generation generation;
  private final Duration atMost;
  private final BlockingQueue<Fill> waiting = new LinkedBlockingQueue<>(MOST_WAITING);
  private final Thread thread = new Thread(this::run, "session-cache-fills");
  private volatile @Nullable Known known;
  private volatile boolean closed;
  private @Nullable RedisConnection connection;
  private @Nullable GuardedWriter writer;
  private long lookedNanos;

  Fills(RedisConnections redis, GuardSettings settings) {
    this.redis = redis;
    this.settings = settings;
    this.generation = new Generation(settings);
    Duration half = settings.guardTtl().dividedBy(2);
    this.atMost = half.compareTo(AT_MOST) < 0 ? half : AT_MOST;
    thread.setDaemon(true);
  }

  /** Looks at Redis once, if it answers, and goes on in the background. */
  void start() {
    try {
      lookNowAndThen();
    } catch (OperationException | RedisException e) {
      known = null; // the thread looks again
    }
    thread.start();
  }

  /** Taken before a row is read; empty while Redis is not known. */
  Optional<Ticket> ticket() {
    return Optional.ofNullable(known)
        .map(now -> new Ticket(now.generation(), now.clock().instant().plus(atMost)));
  }

  /** Has something written, soon. */
  void add(GuardedWrite write, Ticket ticket) {
    var unused = waiting.offer(new Fill(write, ticket));
  }

  private void run() {
    while (!closed) {
      try {
        Fill first = waiting.poll(LOOK_MILLIS / 4, TimeUnit.MILLISECONDS);
        lookNowAndThen();
        if (first != null) {
          write(first);
        }
      } catch (InterruptedException e) {
        return;
      } catch (OperationException | RedisException e) {
        lost();
      } catch (RuntimeException e) {
        log.warn("event=reader_fill_failed cause={}", e.getClass().getSimpleName());
        lost();
      }
    }
  }

  /** Nothing is read for Redis until it is known again. */
  private void lost() {
    known = null;
    lookedNanos = 0;
    waiting.clear();
    try {
      Thread.sleep(LOOK_MILLIS / 4);
    } catch (InterruptedException e) {
      closed = true;
    }
  }

  private void lookNowAndThen() {
    if (known != null
        && System.nanoTime() - lookedNanos < TimeUnit.MILLISECONDS.toNanos(LOOK_MILLIS)) {
      return;
    }
    RedisConnection open = connection;
    if (open == null) {
      open = redis.open();
      connection = open;
      writer = new GuardedWriter(open, settings);
    }
    String now = generation.glance(open);
    known = new Known(now, new ServerClock(RedisTime.of(open), System.nanoTime()));
    lookedNanos = System.nanoTime();
  }

  /** Those of one ticket's generation go together. */
  private void write(Fill first) {
    GuardedWriter open = writer;
    if (open == null) {
      return;
    }
    List<Fill> more = new ArrayList<>(List.of(first));
    waiting.drainTo(more, AT_A_TIME - 1);
    Instant notAfter = first.ticket().notAfter();
    List<GuardedWrite> writes = new ArrayList<>();
    for (Fill fill : more) {
      if (fill.ticket().generation().equals(first.ticket().generation())) {
        writes.add(fill.write());
        if (fill.ticket().notAfter().isBefore(notAfter)) {
          notAfter = fill.ticket().notAfter();
        }
      }
    }
    open.enter(first.ticket().generation());
    try {
      var unused = connection().await(open.write(writes, notAfter));
    } catch (RedisException | CompletionException e) {
      if (isOfAnotherGeneration(e)) {
        known = null; // it is looked for anew, and these are let go
      } else {
        throw e;
      }
    }
  }

  private static boolean isOfAnotherGeneration(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof GenerationLostException) {
        return true;
      }
    }
    return false;
  }

  private RedisConnection connection() {
    if (connection == null) {
      throw new IllegalStateException("not connected");
    }
    return connection;
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
    try {
      thread.join(LOOK_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    RedisConnection open = connection;
    if (open != null) {
      open.close();
    }
  }
}
