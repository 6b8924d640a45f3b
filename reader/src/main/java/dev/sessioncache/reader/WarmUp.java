package dev.sessioncache.reader;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.mapping.KeyTemplate;
import dev.sessioncache.redis.RedisConnection;
import io.lettuce.core.KeyValue;
import io.lettuce.core.RedisException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the sessions of the highest priority from Redis into L1, once, in the background. It begins
 * when a stream has told how far it is, and asks Postgres for nothing.
 */
final class WarmUp implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(WarmUp.class);
  private static final int AT_A_TIME = 100;
  private static final int ATTEMPTS = 3;
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final long LOOK_MILLIS = 200;

  private final Tracking tracking;
  private final LocalCache local;
  private final CachedDocuments documents;
  private final GuardSettings guard;
  private final KeyTemplate keys;
  private final int sessions;
  private final Thread thread = new Thread(this::run, "session-cache-warm-up");

  /**
   * @param sessions how many at most
   */
  WarmUp(
      Tracking tracking,
      LocalCache local,
      CachedDocuments documents,
      GuardSettings guard,
      KeyTemplate keys,
      int sessions) {
    this.tracking = tracking;
    this.local = local;
    this.documents = documents;
    this.guard = guard;
    this.keys = keys;
    this.sessions = sessions;
    thread.setDaemon(true);
  }

  void start() {
    if (sessions > 0) {
      thread.start();
    }
  }

  private void run() {
    long from = System.nanoTime();
    try {
      while (!tracking.isTracking() || !tracking.proof().watermarks().areKnown()) {
        if (System.nanoTime() - from > PATIENCE.toNanos()) {
          return;
        }
        Thread.sleep(LOOK_MILLIS);
      }
      log.info("event=reader_l1_warm sessions={}", warm(tracking.connection().orElseThrow()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RedisException e) {
      log.info("event=reader_l1_warm_ended cause={}", e.getClass().getSimpleName());
    }
  }

  private int warm(RedisConnection redis) throws InterruptedException {
    int lanes = tracking.proof().watermarks().count();
    int warmed = 0;
    for (int lane = 0; lane < lanes; lane++) {
      byte[] index = guard.priorityKey(lane).getBytes(UTF_8);
      long last = (long) Math.ceil((double) sessions / lanes) - 1;
      List<byte[]> first = redis.await(redis.async().zrevrange(index, 0, last));
      for (int at = 0; at < first.size(); at += AT_A_TIME) {
        warmed += page(redis, first.subList(at, Math.min(first.size(), at + AT_A_TIME)));
        if (Thread.interrupted()) {
          throw new InterruptedException();
        }
      }
    }
    return warmed;
  }

  private int page(RedisConnection redis, List<byte[]> page) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Load load = new Load();
      local.loading(load);
      if (!tracking.isTracking()) {
        load.spoil();
      }
      try {
        Map<String, LocalCache.Known> found = read(redis, page);
        if (local.keep(load, found)) {
          return found.size();
        }
      } finally {
        local.loaded(load);
      }
    }
    return 0; // validations bring them
  }

  private Map<String, LocalCache.Known> read(RedisConnection redis, List<byte[]> page) {
    Watermarks watermarks = tracking.proof().watermarks();
    Map<String, LocalCache.Known> found = new HashMap<>();
    for (KeyValue<byte[], byte[]> one :
        redis.await(redis.async().mget(page.toArray(byte[][]::new)))) {
      String key = new String(one.getKey(), UTF_8);
      if (one.hasValue() && keys.isKey(key)) {
        documents
            .read(one.getValue(), watermarks)
            .ifPresent(session -> found.put(keys.value(key), new LocalCache.Known(session)));
      }
    }
    return found;
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
