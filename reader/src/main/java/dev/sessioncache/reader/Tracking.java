package dev.sessioncache.reader;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sessioncache.command.OperationException;
import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.mapping.KeyTemplate;
import dev.sessioncache.redis.RedisConnection;
import dev.sessioncache.redis.RedisConnections;
import io.lettuce.core.KeyValue;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateAdapter;
import io.lettuce.core.RedisException;
import io.lettuce.core.TrackingArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.push.PushListener;
import io.lettuce.core.api.push.PushMessage;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection over which sessions are read, and what it proves. Redis remembers which keys were
 * read over it and tells when one of them changes (<a
 * href="https://redis.io/docs/latest/develop/reference/client-side-caching/">client-side
 * caching</a>, over RESP3: on the same connection, in order). Twice a second the watermarks are
 * read over it as well. So when they arrive, every change that they vouch for has left L1 already:
 * one age judges Redis and L1 alike.
 *
 * <p>In a Redis Cluster there is no L1: keys are not tracked.
 */
final class Tracking implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Tracking.class);
  private static final long BEAT_MILLIS = 500;
  private static final String INVALIDATE = "invalidate";

  private final RedisConnections redis;
  private final GuardSettings guard;
  private final KeyTemplate keys;
  private final LocalCache local;
  private final long silenceNanos;
  private final ScheduledExecutorService thread;

  private volatile @Nullable RedisConnection connection;
  private volatile Watermarks watermarks = Watermarks.NONE;

  /** Whether Redis tells what changes of all that is read from now on. */
  private volatile boolean tracking;

  /** Whether all in L1 was read under a tracking that lasts, or lasted until a moment ago. */
  private volatile boolean coherent;

  private volatile long heardNanos;
  private int disconnects;
  private boolean troubled;

  Tracking(
      RedisConnections redis,
      GuardSettings guard,
      KeyTemplate keys,
      LocalCache local,
      ReaderSettings settings) {
    this.redis = redis;
    this.guard = guard;
    this.keys = keys;
    this.local = local;
    this.silenceNanos = settings.l1Silence().toNanos();
    this.thread =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread made = new Thread(task, "session-cache-tracking");
              made.setDaemon(true);
              return made;
            });
  }

  /** Reads the watermarks once, if Redis answers, and goes on in the background. */
  void start() {
    beat();
    thread.scheduleWithFixedDelay(this::beat, BEAT_MILLIS, BEAT_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Empty until Redis has been reached for the first time. */
  Optional<RedisConnection> connection() {
    return Optional.ofNullable(connection);
  }

  Watermarks watermarks() {
    return watermarks;
  }

  /** Whether Redis tells what changes of all that is read from now on. */
  boolean isTracking() {
    return tracking;
  }

  /** Whether L1 may be used: Redis has told what has changed until a moment ago. */
  boolean vouchesForLocal() {
    return coherent && System.nanoTime() - heardNanos <= silenceNanos;
  }

  private void beat() {
    try {
      RedisConnection open = connected();
      if (!tracking) {
        track(open);
      }
      boolean wasTracking = tracking;
      Watermarks read = read(open, watermarks);
      if (read.lanes() != watermarks.lanes()) {
        read = read(open, read);
        watermarks = read;
        local.forgetAll(); // what is in it names lanes of another number
      }
      watermarks = read;
      if (wasTracking && tracking) {
        heardNanos = System.nanoTime();
      }
      recovered();
    } catch (OperationException | RedisException e) {
      troubled(e);
    } catch (RuntimeException e) {
      log.warn("event=reader_tracking_failed cause={}", e.getClass().getSimpleName());
    }
    if (coherent && !vouchesForLocal()) {
      coherent = false;
      local.forgetAll();
      log.warn("event=reader_l1_emptied hint=\"Redis does not tell what changes\"");
    }
  }

  private Watermarks read(RedisConnection open, Watermarks known) {
    List<byte @Nullable []> values = new ArrayList<>();
    for (KeyValue<byte[], byte[]> one : open.await(open.async().mget(known.keys(guard)))) {
      values.add(one.getValueOrElse(null));
    }
    return Watermarks.of(values);
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
    PushListener pushes = this::pushed;
    server.addListener(pushes);
    server.addListener(
        new RedisConnectionStateAdapter() {
          @Override
          public void onRedisDisconnected(RedisChannelHandler<?, ?> lost) {
            Tracking.this.disconnected();
          }
        });
  }

  private synchronized void disconnected() {
    disconnects++;
    tracking = false;
    local.spoilLoads();
  }

  private synchronized int disconnects() {
    return disconnects;
  }

  /** What was read before is not tracked: Redis has forgotten it with the former connection. */
  private void track(RedisConnection open) {
    Optional<StatefulRedisConnection<byte[], byte[]>> server = open.server();
    if (server.isPresent()) {
      int before = disconnects();
      open.await(server.get().async().clientTracking(TrackingArgs.Builder.enabled()));
      trackedSince(before);
    }
  }

  private synchronized void trackedSince(int before) {
    if (disconnects == before) {
      local.forgetAll();
      heardNanos = System.nanoTime();
      coherent = true;
      tracking = true;
    }
  }

  /** On the thread that reads the connection, in the order of what is read. */
  private void pushed(PushMessage message) {
    if (!INVALIDATE.equals(message.getType())) {
      return;
    }
    List<Object> content = message.getContent();
    if (content.size() > 1 && content.get(1) instanceof List<?> changed) {
      changed.forEach(key -> forget((ByteBuffer) key));
    } else {
      local.forgetAll(); // Redis was emptied
    }
  }

  private void forget(ByteBuffer key) {
    String text = UTF_8.decode(key.duplicate()).toString();
    if (keys.isKey(text)) {
      local.forget(keys.value(text));
    }
  }

  private void troubled(RuntimeException e) {
    if (!troubled) {
      troubled = true;
      log.warn("event=reader_redis_lost cause={}", e.getClass().getSimpleName());
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
    thread.shutdownNow();
    RedisConnection open = connection;
    if (open != null) {
      open.close();
    }
  }
}
