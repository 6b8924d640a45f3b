package dev.sessioncache.bench.hitrate;

import dev.sessioncache.bench.Workbench;
import dev.sessioncache.bench.measure.Contender;
import dev.sessioncache.bench.read.Application;
import dev.sessioncache.reader.Tier;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.random.RandomGenerator;

/**
 * An application in full use whose Redis is empty. Validations come at their times, however long
 * those before take; what Redis does not hold is read from Postgres and left there.
 */
final class ColdStart implements Contender {

  private static final int RATE = 1_000;
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final long TICK = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(10);
  private static final double MOST_UNANSWERED = 0.01;

  /** What has answered so far. */
  private record Answers(long cache, long postgres, long none) {

    static Answers of(Application application) {
      return new Answers(
          application.answered(Tier.L2),
          application.answered(Tier.POSTGRES),
          application.unanswered());
    }

    long all() {
      return cache + postgres + none;
    }

    double shareSince(Answers before) {
      long since = all() - before.all();
      return since == 0 ? 0 : (double) (cache - before.cache) / since;
    }
  }

  private final Workbench bench;
  private final String name;
  private final List<String> tokens;
  private final Popularity popularity;
  private final int seconds;
  private final boolean warms;
  private final List<Double> shares = new ArrayList<>();
  private Answers answers = new Answers(0, 0, 0);
  private long unreturned;

  /**
   * @param tokens the most used first
   * @param seconds for which it is measured
   * @param warms whether a warm of all sessions begins at the same time
   */
  ColdStart(Workbench bench, String name, List<String> tokens, int seconds, boolean warms) {
    this.bench = bench;
    this.name = name;
    this.tokens = tokens;
    this.popularity = new Popularity(tokens);
    this.seconds = seconds;
    this.warms = warms;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public boolean isHere() {
    return true;
  }

  @Override
  public void prepare() {
    bench.redis().sync().flushall();
    shares.clear();
  }

  @Override
  public long run() throws Exception {
    try (Application application = Application.open(bench)) {
      CompletableFuture<Long> warm =
          warms ? CompletableFuture.supplyAsync(this::warm) : CompletableFuture.completedFuture(0L);
      RandomGenerator random = new SplittableRandom(1);
      Answers before = Answers.of(application);
      long start = System.nanoTime();
      long sent = 0;
      for (int second = 1; second <= seconds; second++) {
        sent = validate(application, random, start, sent, second * SECOND);
        Answers now = Answers.of(application);
        shares.add(now.shareSince(before));
        before = now;
      }
      awaitAll(application, sent);
      unreturned = sent - answers.all();
      return warm.get();
    }
  }

  /** Until so long after the start; returns how many were sent since then. */
  private long validate(
      Application application, RandomGenerator random, long start, long sentBefore, long until) {
    long sent = sentBefore;
    for (long at = System.nanoTime() - start; at < until; at = System.nanoTime() - start) {
      for (long due = at * RATE / SECOND; sent < due; sent++) {
        var unused = application.sessions().validateAsync(popularity.next(random));
      }
      LockSupport.parkNanos(TICK);
    }
    return sent;
  }

  private void awaitAll(Application application, long sent) throws InterruptedException {
    long from = System.nanoTime();
    answers = Answers.of(application);
    while (answers.all() < sent && System.nanoTime() - from < PATIENCE) {
      Thread.sleep(100);
      answers = Answers.of(application);
    }
  }

  private long warm() {
    try {
      return bench.warm(tokens.size());
    } catch (Exception e) {
      throw new CompletionException(e);
    }
  }

  @Override
  public long check() {
    long unanswered = answers.none() + unreturned;
    if (unanswered > answers.all() * MOST_UNANSWERED) {
      throw new IllegalStateException(
          "%s: %,d of %,d validations were not answered"
              .formatted(name, unanswered, answers.all() + unreturned));
    }
    return answers.all();
  }

  @Override
  public List<Double> shares() {
    return List.copyOf(shares);
  }
}
