package dev.sessioncache.endtoend;

import dev.sessioncache.reader.Answer;
import dev.sessioncache.reader.SessionCache;
import dev.sessioncache.reader.SessionUnavailableException;
import dev.sessioncache.reader.Tier;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * Users of an application who use their sessions again and again, each after a time to think of
 * their own: from seconds to hours, evenly over the orders of magnitude. With 80,000 of them some
 * 2,000 validations a second.
 */
final class Users implements AutoCloseable {

  private static final double SHORTEST_SECONDS = 5;
  private static final double LONGEST_SECONDS = 4 * 3600;
  private static final int THREADS = 16;

  /** How often each tier has answered. */
  record Seen(long l1, long l2, long postgres) {

    Seen since(Seen before) {
      return new Seen(l1 - before.l1, l2 - before.l2, postgres - before.postgres);
    }

    double hitRate() {
      return (double) (l1 + l2) / Math.max(1, l1 + l2 + postgres);
    }

    String words() {
      return String.format(
          Locale.ROOT, "hit rate %.4f: l1 %d, l2 %d, postgres %d", hitRate(), l1, l2, postgres);
    }
  }

  private record Next(long nanos, int user) {}

  private final SessionCache application;
  private final double[] thinkSeconds;
  private final SplittableRandom random = new SplittableRandom(1);
  private final Map<Tier, Histogram> micros = new EnumMap<>(Tier.class);
  private final Map<Tier, LongAdder> counts = new EnumMap<>(Tier.class);
  private final AtomicLong failed = new AtomicLong();
  private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
  private final Thread clock = new Thread(this::run, "users");

  Users(SessionCache application, int users) {
    this.application = application;
    this.thinkSeconds = new double[users];
    for (int i = 0; i < users; i++) {
      thinkSeconds[i] =
          SHORTEST_SECONDS * Math.pow(LONGEST_SECONDS / SHORTEST_SECONDS, random.nextDouble());
    }
    for (Tier tier : Tier.values()) {
      micros.put(tier, new ConcurrentHistogram(3));
      counts.put(tier, new LongAdder());
    }
    clock.setDaemon(true);
  }

  void start() {
    clock.start();
  }

  private void run() {
    PriorityQueue<Next> next =
        new PriorityQueue<>((one, other) -> Long.compare(one.nanos - other.nanos, 0));
    long start = System.nanoTime();
    for (int user = 0; user < thinkSeconds.length; user++) {
      next.add(new Next(start + thinking(user), user));
    }
    while (!Thread.currentThread().isInterrupted()) {
      Next due = next.remove();
      long wait = due.nanos - System.nanoTime();
      try {
        TimeUnit.NANOSECONDS.sleep(Math.max(0, wait));
      } catch (InterruptedException e) {
        return;
      }
      threads.execute(() -> validate(due));
      next.add(new Next(System.nanoTime() + thinking(due.user), due.user));
    }
  }

  /** Exponentially distributed around the user's own mean. */
  private long thinking(int user) {
    return (long) (-Math.log(1 - random.nextDouble()) * thinkSeconds[user] * 1e9);
  }

  /** The wait for a thread counts as well: a user does not know of threads. */
  private void validate(Next due) {
    String key = Millions.key(due.user + 1);
    try {
      Answer answer = application.check(key.substring(key.indexOf(':') + 1));
      long took = (System.nanoTime() - due.nanos) / 1_000;
      if (answer.session().isEmpty()) {
        failed.incrementAndGet();
      }
      Objects.requireNonNull(counts.get(answer.tier())).increment();
      of(answer.tier()).recordValue(took);
    } catch (SessionUnavailableException e) {
      failed.incrementAndGet();
    }
  }

  Seen seen() {
    return new Seen(count(Tier.L1), count(Tier.L2), count(Tier.POSTGRES));
  }

  private long count(Tier tier) {
    return Objects.requireNonNull(counts.get(tier)).sum();
  }

  void forgetLatencies() {
    micros.values().forEach(Histogram::reset);
  }

  /** Validations of valid sessions that were refused, or that nobody could answer. */
  long failed() {
    return failed.get();
  }

  double p95Millis(Tier tier) {
    return percentile(tier, 0.95);
  }

  String latencies() {
    StringBuilder text = new StringBuilder("ms");
    for (Tier tier : Tier.values()) {
      text.append(
          String.format(
              Locale.ROOT,
              "; %s p50 %.3f p95 %.3f p99 %.3f of %d",
              tier.label(),
              percentile(tier, 0.5),
              percentile(tier, 0.95),
              percentile(tier, 0.99),
              of(tier).getTotalCount()));
    }
    return text.toString();
  }

  private double percentile(Tier tier, double share) {
    return of(tier).getValueAtPercentile(100 * share) / 1e3;
  }

  private Histogram of(Tier tier) {
    return Objects.requireNonNull(micros.get(tier));
  }

  @Override
  public void close() {
    clock.interrupt();
    threads.shutdownNow();
  }
}
