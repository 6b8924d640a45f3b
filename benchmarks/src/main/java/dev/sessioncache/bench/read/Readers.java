package dev.sessioncache.bench.read;

import dev.sessioncache.bench.Workbench;
import dev.sessioncache.bench.measure.Contender;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.Histogram;

/** Threads of this JVM that read cached sessions at random, each one after the other. */
final class Readers implements Contender {

  private static final int DIGITS = 3;
  private static final double NANOS_PER_MICRO = 1_000;
  private static final int MOST_UNANSWERED = 1_000;
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);

  private final Workbench bench;
  private final Lookup lookup;
  private final List<String> tokens;
  private final int threads;
  private final int reads;
  private final LongAdder answered = new LongAdder();
  private Histogram nanos = new Histogram(DIGITS);

  /**
   * @param reads of all threads together
   */
  Readers(Workbench bench, Lookup lookup, List<String> tokens, int threads, int reads) {
    this.bench = bench;
    this.lookup = lookup;
    this.tokens = tokens;
    this.threads = threads;
    this.reads = reads;
  }

  @Override
  public String name() {
    return lookup.name();
  }

  @Override
  public boolean isHere() {
    return true;
  }

  @Override
  public void prepare() throws Exception {
    bench.redis().sync().flushall();
    bench.warm(tokens.size());
    long start = System.nanoTime();
    while (!lookup.isAnswered(tokens.get(0))) {
      if (System.nanoTime() - start > PATIENCE_NANOS) {
        throw new IllegalStateException(name() + " finds nothing in Redis");
      }
      Thread.sleep(100);
    }
  }

  @Override
  public long run() throws Exception {
    answered.reset();
    nanos = new Histogram(DIGITS);
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      List<Future<Histogram>> parts = new ArrayList<>();
      for (int thread = 0; thread < threads; thread++) {
        int seed = thread;
        parts.add(pool.submit(() -> read(seed)));
      }
      for (Future<Histogram> part : parts) {
        nanos.add(part.get());
      }
    } finally {
      pool.shutdownNow();
    }
    return 0;
  }

  private Histogram read(int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Histogram taken = new Histogram(DIGITS);
    for (int i = 0; i < reads / threads; i++) {
      String token = tokens.get(random.nextInt(tokens.size()));
      long from = System.nanoTime();
      boolean isAnswered = lookup.isAnswered(token);
      taken.recordValue(System.nanoTime() - from); // of a slow one too
      if (isAnswered) {
        answered.increment();
      }
    }
    return taken;
  }

  /** A pause of the JVM may outlast the reader's patience with Redis; that is rare. */
  @Override
  public long check() {
    long unanswered = reads / threads * threads - answered.sum();
    if (unanswered > reads / MOST_UNANSWERED) {
      throw new IllegalStateException(
          "%s: Redis has not answered %,d of %,d reads".formatted(name(), unanswered, reads));
    }
    return answered.sum();
  }

  @Override
  public Map<String, Double> micros() {
    return Map.of("p50", percentile(50), "p99", percentile(99));
  }

  private double percentile(double percentile) {
    return nanos.getValueAtPercentile(percentile) / NANOS_PER_MICRO;
  }
}
