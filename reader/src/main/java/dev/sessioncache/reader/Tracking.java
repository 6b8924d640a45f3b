package dev.sessioncache.reader;

import dev.sessioncache.command.OperationException;
import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.mapping.TokenHash;
import dev.sessioncache.redis.RedisConnection;
import dev.sessioncache.redis.RedisConnections;
import dev.sessioncache.thread.DaemonThreads;
import io.lettuce.core.KeyValue;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisConnectionStateAdapter;
import io.lettuce.core.api.StatefulRedisConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection over which sessions are read, and what it proves. Redis remembers which keys were
 * read over it and tells when one of them changes, on the same connection, in order: {@link
 * Invalidations}. Twice a second the watermarks are read over it as well. So when they arrive,
 * every change that they vouch for has left L1 already: one age judges Redis and L1 alike. Whoever
 * asks takes the proof first, then the value.
 *
 * <p>A connection that was made anew may lead to a server that has lost writes: what was proven
 * before says nothing of it. In a Redis Cluster keys are not tracked, so there is no L1, and a
 * server that was replaced is noticed with the next watermarks only.
 */
final class Tracking implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Tracking.class);
  private static final long BEAT_MILLIS = 500;

  /**
   * What is proven of Redis.
   *
   * @param epoch of the connection: after another one began it proves nothing
   */
  record Proof(Watermarks watermarks, long epoch) {}

  private final RedisConnections redis;
  private final GuardSettings guard;
  private final TokenHash tokens;
  private final Invalidations invalidations;
  private final LocalCache local;
  private final boolean hasLocal;
  private final long silenceNanos;
  private final ScheduledExecutorService thread;

  private volatile @Nullable RedisConnection connection;
  private volatile Proof proof = new Proof(Watermarks.NONE, 0);

  /** What L1 was proven by, while Redis told what changes or has until a moment ago; else none. */
  private volatile @Nullable Watermarks ofLocal;

  /** Whether Redis tells what changes of all that is read from now on. */
  private volatile boolean tracking;

  private volatile boolean closed;
  private volatile long heardNanos;
  private volatile long epoch;

  /** Whether Redis will not tell what changes; the next connection may be allowed to. */
  private volatile boolean refused;

  private boolean troubled;
  private boolean toldOfOther;

  Tracking(
      RedisConnections redis,
      GuardSettings guard,
      TokenHash tokens,
      Invalidations invalidations,
      LocalCache local,
      ReaderSettings settings) {
    this.redis = redis;
    this.guard = guard;
    this.tokens = tokens;
    this.invalidations = invalidations;
    this.local = local;
    this.hasLocal = settings.l1Megabytes() > 0;
    this.silenceNanos = settings.l1Silence().toNanos();
    this.thread =
        Executors.newSingleThreadScheduledExecutor(new DaemonThreads("session-cache-tracking"));
  }

  /** Goes on in the background; done when the watermarks were read for the first time, or not. */
  Future<?> start() {
    Future<?> first = thread.submit(this::beat);
    var unused =
        thread.scheduleWithFixedDelay(this::beat, BEAT_MILLIS, BEAT_MILLIS, TimeUnit.MILLISECONDS);
    return first;
  }

  /** Empty until Redis has been reached for the first time. */
  Optional<RedisConnection> connection() {
    return Optional.ofNullable(connection);
  }

  /** What is proven of values that are read from now on, as long as {@link #isOf} holds. */
  Proof proof() {
    return proof;
  }

  /** Whether the connection is still the one that something was proven of. */
  boolean isOf(Proof earlier) {
    return epoch == earlier.epoch;
  }

  /** What is proven of L1 as it is from now on; null when it may not be used. */
  @Nullable Watermarks ofLocal() {
    return System.nanoTime() - heardNanos <= silenceNanos ? ofLocal : null;
  }

  /** Whether Redis tells what changes of all that is read from now on. */
  boolean isTracking() {
    return tracking;
  }

  private void beat() {
    try {
      RedisConnection open = connected();
      if (hasLocal && !tracking && !refused) {
        tryToTrack(open);
      }
      long before = epoch;
      Watermarks read = read(open, proof.watermarks());
      if (read.count() != proof.watermarks().count()) {
        read = read(open, read); // now those of all lanes
      }
      proven(read, before);
      tellOfOther(read.areOfOther());
      recovered();
    } catch (RuntimeException e) {
      troubled(e);
    }
    if (ofLocal != null && ofLocal() == null) {
      silent();
    }
  }

  private Watermarks read(RedisConnection open, Watermarks known) {
    List<byte @Nullable []> values = new ArrayList<>();
    for (KeyValue<byte[], byte[]> one : open.await(open.async().mget(known.keys(guard)))) {
      values.add(one.getValueOrElse(null));
    }
    return Watermarks.of(values, tokens);
  }

  private void tellOfOther(boolean ofOther) {
    if (ofOther && !toldOfOther) {
      log.warn(
          "event=reader_other_token_hash hint=\"the stream has another token.hash or"
              + " token.hash.key: set the same; until then Postgres answers\"");
    }
    toldOfOther = ofOther;
  }

  private synchronized void proven(Watermarks read, long before) {
    if (epoch == before) {
      proof = new Proof(read, before);
      if (tracking) {
        heardNanos = System.nanoTime();
        ofLocal = read;
      }
    }
  }

  private RedisConnection connected() {
    RedisConnection open = connection;
    if (open == null) {
      RedisConnection made = redis.open();
      made.server().ifPresent(this::listen);
      connection = made;
      return made;
    }
    return open;
  }

  private void listen(StatefulRedisConnection<byte[], byte[]> server) {
    server.addListener(invalidations::pushed);
    server.addListener(
        new RedisConnectionStateAdapter() {
          @Override
          public void onRedisDisconnected(RedisChannelHandler<?, ?> lost) {
            Tracking.this.disconnected();
          }
        });
  }

  private synchronized void disconnected() {
    epoch++;
    proof = new Proof(proof.watermarks().forgotten(), epoch);
    tracking = false;
    refused = false;
    local.spoilLoads();
  }

  private void tryToTrack(RedisConnection open) {
    try {
      track(open);
    } catch (RedisCommandExecutionException e) {
      refused = true;
      log.warn(
          "event=reader_without_l1 hint=\"Redis refuses CLIENT TRACKING or HELLO: allow them"
              + " (docs/redis-keys.md)\"");
    }
  }

  /** What was read before is not tracked: Redis has forgotten it with the former connection. */
  private void track(RedisConnection open) {
    Optional<StatefulRedisConnection<byte[], byte[]>> server = open.server();
    if (server.isPresent()) {
      long before = epoch;
      if (Invalidations.begin(open, server.get())) {
        tracked(before);
      }
    }
  }

  private synchronized void tracked(long before) {
    if (epoch == before) {
      ofLocal = null;
      local.forgetAll();
      tracking = true;
    }
  }

  private synchronized void silent() {
    ofLocal = null;
    tracking = false;
    local.forgetAll();
    log.warn("event=reader_l1_emptied hint=\"Redis does not tell what changes\"");
  }

  private void troubled(RuntimeException e) {
    if (!troubled && !closed) {
      troubled = true;
      log.warn(
          "event=reader_redis_lost cause={}",
          e instanceof OperationException ? e.getMessage() : e.getClass().getSimpleName());
    }
  }

  private void recovered() {
    if (troubled) {
      troubled = false;
      log.info("event=reader_redis_back");
    }
  }

  @Override
  public void close() {
    closed = true;
    thread.shutdownNow();
    disconnected();
    ofLocal = null;
    RedisConnection open = connection;
    if (open != null) {
      open.close();
    }
  }
}
