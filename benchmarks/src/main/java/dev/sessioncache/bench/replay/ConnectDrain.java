package dev.sessioncache.bench.replay;

import dev.sessioncache.bench.Cache;
import dev.sessioncache.bench.Workbench;
import dev.sessioncache.bench.connect.ConnectWorker;
import dev.sessioncache.bench.connect.PlainRedisSink;
import dev.sessioncache.bench.connect.PlainRedisSinkTask;
import dev.sessioncache.bench.measure.Contender;
import java.time.Duration;
import java.util.Map;

/**
 * A worker of Kafka Connect that is given a new sink in each run, which so begins with the earliest
 * record. One that is there already is measured from its first key in Redis on, with a JVM that has
 * done the same before; one that is started for it from its start on.
 */
final class ConnectDrain implements Contender {

  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final long LOOK_EVERY_MILLIS = 2;

  private final Workbench bench;
  private final Cache cache;
  private final ConnectWorker worker;
  private final Rows rows;
  private final boolean withStart;
  private int number;

  /**
   * Starts nothing yet.
   *
   * @param worker that all contenders of this kind share
   */
  ConnectDrain(Workbench bench, ConnectWorker worker, Rows rows, boolean withStart) {
    this.bench = bench;
    this.cache = Cache.ofRows(bench, PlainRedisSinkTask.KEY_PREFIX);
    this.worker = worker;
    this.rows = rows;
    this.withStart = withStart;
  }

  @Override
  public String name() {
    return withStart ? "Connect sink, with its start" : "Connect sink, already up";
  }

  @Override
  public void prepare() throws Exception {
    cache.empty();
    if (!withStart) {
      begin();
      awaitKeys(rows.count());
      worker.remove(connector());
      cache.empty();
      begin();
      awaitKeys(1);
    }
  }

  private void begin() throws Exception {
    number++;
    worker.start();
    worker.awaitRunning(Map.of());
    int tasks = Math.min(Rows.PARTITIONS, Runtime.getRuntime().availableProcessors());
    worker.add(connector(), PlainRedisSink.settings(bench, rows.topic(), tasks));
  }

  private String connector() {
    return "drain-%b-%d".formatted(withStart, number);
  }

  @Override
  public long run() throws Exception {
    if (withStart) {
      begin();
    }
    awaitKeys(rows.count());
    return worker.peakKilobytes();
  }

  private void awaitKeys(long count) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (bench.redis().sync().dbsize() < count) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(
            "Redis has not come to %,d keys in %s".formatted(count, PATIENCE));
      }
      Thread.sleep(LOOK_EVERY_MILLIS);
    }
  }

  @Override
  public long check() throws Exception {
    worker.remove(connector()); // else the next start would resume it
    worker.stop(); // nothing of it is beside the others
    return cache.require(rows.count());
  }
}
