package dev.sessioncache.demo.traffic;

import dev.sessioncache.demo.data.Cache;
import io.lettuce.core.KeyValue;
import io.lettuce.core.RedisException;
import io.lettuce.core.api.StatefulRedisConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * Measures how long changes take to reach Redis, by looking at the keys of a sample of them: some
 * thousand times a second at first, then ever more seldom, so that no time is wrong by more than a
 * fiftieth, or the half millisecond between two looks. Else those that wait for a stream that is
 * behind would take the processor that it needs to catch up. Its thread owns the list of what it
 * waits for; {@link #wants} and {@link #watch} are called by the traffic's threads.
 */
public final class LatencyProbe implements AutoCloseable {

  /** What share of the changes is watched. */
  private static final double SAMPLE = 0.25;

  /** Changes that are waited for at the same time; more would slow the polling down. */
  private static final int MAX_WATCHED = 128;

  private static final long POLL_GAP_NANOS = 400_000;
  private static final int LOOKS_IN_ITS_TIME = 50;

  /** A change that has not shown by then is given up and counted with this time. */
  public static final Duration GIVE_UP = Duration.ofSeconds(10);

  /** The traffic waits for it: a Redis that hangs must hardly hold it up. */
  private static final Duration REDIS_TIMEOUT = Duration.ofSeconds(2);

  private final LiveSessions live;
  private final StatefulRedisConnection<String, String> redis;
  private final BlockingQueue<Change> handedIn = new ArrayBlockingQueue<>(MAX_WATCHED);
  private final List<Watched> watched = new ArrayList<>();
  private final Histogram micros = new ConcurrentHistogram(60_000_000, 3);
  private final AtomicLong unseen = new AtomicLong();
  private final Loop loop;

  /** A change that is waited for. */
  private static final class Watched {

    private final Change change;
    private long nextLookNanos;

    Watched(Change change) {
      this.change = change;
      this.nextLookNanos = change.committedNanos();
    }

    boolean isDue(long now) {
      return now - nextLookNanos >= 0;
    }

    void notThereYet(long now) {
      nextLookNanos = now + (now - change.committedNanos()) / LOOKS_IN_ITS_TIME;
    }
  }

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
    List<Change> next = new ArrayList<>();
    if (watched.isEmpty()) {
      Optional.ofNullable(handedIn.poll(1, TimeUnit.SECONDS)).ifPresent(next::add);
    }
    handedIn.drainTo(next, MAX_WATCHED - watched.size() - next.size());
    next.forEach(change -> watched.add(new Watched(change)));
    lookAtThoseDue(System.nanoTime());
    LockSupport.parkNanos(POLL_GAP_NANOS);
  }

  private void lookAtThoseDue(long begin) {
    List<Watched> due = watched.stream().filter(one -> one.isDue(begin)).toList();
    if (due.isEmpty()) {
      return;
    }
    String[] keys =
        due.stream().map(one -> Cache.key(one.change.session().token())).toArray(String[]::new);
    List<KeyValue<String, String>> values = redis.sync().mget(keys);
    long now = System.nanoTime();
    Set<Watched> settled = new HashSet<>();
    for (int i = 0; i < due.size(); i++) {
      if (isSettled(due.get(i).change, values.get(i), now)) {
        settled.add(due.get(i));
      } else {
        due.get(i).notThereYet(now);
      }
    }
    watched.removeAll(settled);
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
