package dev.sessioncache.reader;

import dev.sessioncache.guard.Generation;
import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.guard.GuardedWrite;
import dev.sessioncache.guard.GuardedWriter;
import dev.sessioncache.postgres.ServerClock;
import dev.sessioncache.redis.RedisConnection;
import dev.sessioncache.redis.RedisConnections;
import dev.sessioncache.redis.RedisTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
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
  private static final int MOST_WAITING = 2_000;
  private static final int AT_A_TIME = 200;
  private static final long LOOK_MILLIS = 1_000;
  private static final long REST_MILLIS = 250;

  /**
   * The right to write what is read from now on.
   *
   * @param notAfter by the clock of Redis
   */
  record Ticket(String generation, Instant notAfter) {}

  /** A write whose lease counts from when it is made. */
  private record Fill(
      Supplier<Optional<GuardedWrite>> write, Ticket ticket, CompletableFuture<Void> done) {}

  /** What is known of Redis. */
  private record Known(String generation, ServerClock clock) {}

  private final RedisConnections redis;
  private final GuardSettings settings;
  private final ReaderMetrics metrics;
  private final Generation generation;
  private final BlockingQueue<Fill> waiting = new LinkedBlockingQueue<>(MOST_WAITING);
  private final CompletableFuture<Void> looked = new CompletableFuture<>();
  private final Thread thread = new Thread(this::run, "session-cache-fills");
  private volatile @Nullable Known known;
  private volatile boolean closed;
  private @Nullable RedisConnection connection;
  private @Nullable GuardedWriter writer;

  Fills(RedisConnections redis, GuardSettings settings, ReaderMetrics metrics) {
    this.redis = redis;
    this.settings = settings;
    this.metrics = metrics;
    this.generation = new Generation(settings);
    thread.setDaemon(true);
  }

  /** Goes on in the background; done when Redis was looked at for the first time, or not. */
  Future<?> start() {
    thread.start();
    return looked;
  }

  /** Taken before a row is read; empty while Redis is not known. */
  Optional<Ticket> ticket() {
    return Optional.ofNullable(known)
        .map(
            now ->
                new Ticket(now.generation(), now.clock().instant().plus(settings.writeDeadline())));
  }

  /**
   * Has something written, soon.
   *
   * @param write is asked for on the thread that writes; empty when it is not worth it any more
   * @return done when Redis has taken or refused it; fails when it was let go
   */
  CompletableFuture<Void> add(Supplier<Optional<GuardedWrite>> write, Ticket ticket) {
    Fill fill = new Fill(write, ticket, new CompletableFuture<>());
    if (!waiting.offer(fill) || (closed && waiting.remove(fill))) {
      letGo(List.of(fill));
    }
    return fill.done;
  }

  private void letGo(Collection<Fill> fills) {
    metrics.letGo(fills.size());
    fills.forEach(fill -> fill.done.completeExceptionally(new NotAskedException()));
  }

  private void run() {
    try {
      writeUntilClosed();
    } finally {
      closed = true;
      known = null;
      List<Fill> left = new ArrayList<>();
      waiting.drainTo(left);
      letGo(left);
    }
  }

  private void writeUntilClosed() {
    while (!closed) {
      List<Fill> fills = new ArrayList<>();
      try {
        look();
        looked.complete(null);
        Fill first = waiting.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
        if (first != null) {
          fills.add(first);
          waiting.drainTo(fills, AT_A_TIME - 1);
        }
        write(fills);
      } catch (InterruptedException e) {
        closed = true;
      } catch (RuntimeException e) {
        known = null; // nothing is read for Redis until it is known again
        log.debug("event=reader_fills_let_go", e);
        rest();
      }
      letGo(fills.stream().filter(fill -> !fill.done.isDone()).toList());
      looked.complete(null);
    }
  }

  private void rest() {
    try {
      Thread.sleep(REST_MILLIS);
    } catch (InterruptedException e) {
      closed = true;
    }
  }

  private void look() {
    Known last = known;
    if (last == null || System.nanoTime() - last.clock.nanoTime() > LOOK_MILLIS * 1_000_000) {
      RedisConnection open = connected();
      String now = generation.glance(open);
      known = new Known(now, new ServerClock(RedisTime.of(open), System.nanoTime()));
    }
  }

  private RedisConnection connected() {
    RedisConnection open = connection;
    if (open == null) {
      open = redis.open();
      connection = open;
      writer = new GuardedWriter(open, settings);
    }
    return open;
  }

  /** Those of the present generation go together; those of another one were read too early. */
  private void write(List<Fill> fills) {
    Known now = known;
    GuardedWriter open = writer;
    if (now == null || open == null) {
      return;
    }
    List<Fill> ours =
        fills.stream().filter(fill -> fill.ticket.generation().equals(now.generation)).toList();
    Optional<Instant> notAfter =
        ours.stream().map(fill -> fill.ticket.notAfter()).min(Instant::compareTo);
    if (notAfter.isPresent()) {
      open.enter(now.generation);
      List<GuardedWrite> writes = ours.stream().flatMap(fill -> fill.write.get().stream()).toList();
      var unused = connected().await(open.write(writes, notAfter.get()));
      ours.forEach(fill -> fill.done.complete(null));
    }
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
