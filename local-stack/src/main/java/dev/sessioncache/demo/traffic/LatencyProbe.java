package dev.sessioncache.demo.traffic;

import dev.sessioncache.demo.data.Cache;
import io.lettuce.core.KeyValue;
import io.lettuce.core.RedisException;
import io.lettuce.core.api.StatefulRedisConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * Measures how long changes take to reach Redis, by looking at the keys of a sample of them, all at
 * once, some thousand times a second. Its thread owns the list of what it waits for; {@link #wants}
 * and {@link #watch} are called by the traffic's threads.
 */
public final class LatencyProbe implements AutoCloseable {

  /** What share of the changes is watched. */
  private static final double SAMPLE = 0.25;

  /** Changes that are waited for at the same time; more would slow the polling down. */
  private static final int MAX_WATCHED = 128;

  private static final long POLL_GAP_NANOS = 400_000;

  /** A change that has not shown by then is given up and counted with this time. */
  static final Duration GIVE_UP = Duration.ofSeconds(10);

  /** The traffic waits for it: a Redis that hangs must hardly hold it up. */
  private static final Duration REDIS_TIMEOUT = Duration.ofSeconds(2);

  private final LiveSessions live;
  private final StatefulRedisConnection<String, String> redis;
  private final BlockingQueue<Change> handedIn = new ArrayBlockingQueue<>(MAX_WATCHED);
  private final List<Change> watched = new ArrayList<>();
  private final Histogram micros = new ConcurrentHistogram(60_000_000, 3);
  private final AtomicLong unseen = new AtomicLong();
  private final Loop loop;

  /**
   * Connects and starts.
   *
   * @param patience how long Redis may fail in a row
   */
  public LatencyProbe(Cache cache, LiveSessions live, Duration patience) {
    this.live = live;
    this.redis = cache.connect();
    redis.setTimeout(REDIS_TIMEOUT);
    this.loop = Loop.start("latency probe", patience, this::poll);
  }

  /**
   * Whether the change that is about to be made shall be watched. A removal can only be seen where
   * there is a value; a session about to expire proves nothing.
   */
  boolean wants(ChangeKind kind, SessionRef session, RandomGenerator random) {
    return random.nextDouble() < SAMPLE
        && loop.isWell()
        && live.lives(session, GIVE_UP.multipliedBy(2))
        && (!kind.ends() || isCached(session));
  }

  private boolean isCached(SessionRef session) {
    try {
      return redis.sync().exists(Cache.key(session.token())) == 1;
    } catch (RedisException e) {
      return false;
    }
  }

  /** Watches the change, unless too many are watched already. */
  void watch(Change change) {
    handedIn.offer(change);
  }

  /** Everything measured so far. */
  public Latency latency() {
    Histogram copy = micros.copy();
    return new Latency(
        copy.getTotalCount(),
        copy.getValueAtPercentile(50) / 1e3,
        copy.getValueAtPercentile(99) / 1e3,
        copy.getMaxValue() / 1e3,
        unseen.get());
  }

  /** Ends the demo when the probe has failed for too long. */
  public void check() {
    loop.check();
  }

  private void poll() throws InterruptedException {
    Change first = watched.isEmpty() ? handedIn.poll(1, TimeUnit.SECONDS) : handedIn.poll();
    if (first != null) {
      watched.add(first);
      handedIn.drainTo(watched, Math.max(0, MAX_WATCHED - watched.size()));
    }
    if (watched.isEmpty()) {
      return;
    }
    String[] keys =
        watched.stream().map(c -> Cache.key(c.session().token())).toArray(String[]::new);
    List<KeyValue<String, String>> values = redis.sync().mget(keys);
    long now = System.nanoTime();
    for (int i = values.size() - 1; i >= 0; i--) {
      if (isSettled(watched.get(i), values.get(i), now)) {
        watched.remove(i);
      }
    }
    LockSupport.parkNanos(POLL_GAP_NANOS);
  }

  private boolean isSettled(Change change, KeyValue<String, String> value, long now) {
    long age = now - change.committedNanos();
    if (change.visible().test(value.hasValue() ? value.getValue() : null)) {
      micros.recordValue(TimeUnit.NANOSECONDS.toMicros(age));
      return true;
    }
    if (!change.kind().ends() && !live.isLive(change.session())) {
      // Ended by a later change: what it waits for will never be there.
      return true;
    }
    if (age < GIVE_UP.toNanos()) {
      return false;
    }
    micros.recordValue(TimeUnit.NANOSECONDS.toMicros(age));
    unseen.incrementAndGet();
    return true;
  }

  @Override
  public void close() {
    loop.close();
    redis.close();
  }
}
