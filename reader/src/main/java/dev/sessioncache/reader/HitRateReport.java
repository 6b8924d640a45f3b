package dev.sessioncache.reader;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sessioncache.guard.GuardSettings;
import dev.sessioncache.guard.StatusIndex;
import dev.sessioncache.json.JsonText;
import dev.sessioncache.thread.DaemonThreads;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Leaves in Redis what this reader has answered in the last ten seconds, for those who look at the
 * whole fleet. The format: docs/redis-keys.md.
 */
final class HitRateReport implements AutoCloseable {

  private static final Duration EVERY = Duration.ofSeconds(10);
  private static final Duration LIFE = Duration.ofSeconds(30);

  /** How often each tier has answered. */
  private record Counts(long l1, long l2, long postgres) {

    Counts since(Counts before) {
      return new Counts(l1 - before.l1, l2 - before.l2, postgres - before.postgres);
    }
  }

  private final Tracking tracking;
  private final ReaderMetrics metrics;
  private final String name;
  private final byte[] key;
  private final StatusIndex index;
  private final ScheduledExecutorService thread;
  private Counts told;

  HitRateReport(Tracking tracking, GuardSettings settings, ReaderMetrics metrics) {
    this.tracking = tracking;
    this.metrics = metrics;
    this.told = counts();
    String instance = ManagementFactory.getRuntimeMXBean().getName(); // process id and host
    this.name = "reader:" + instance;
    this.key = settings.statusKey(name).getBytes(UTF_8);
    this.index = new StatusIndex(settings);
    this.thread =
        Executors.newSingleThreadScheduledExecutor(new DaemonThreads("session-cache-report"));
  }

  void start() {
    var unused =
        thread.scheduleAtFixedRate(
            this::tell, EVERY.toMillis(), EVERY.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void tell() {
    Counts now = counts();
    byte[] text = json(now.since(told)).getBytes(UTF_8);
    told = now;
    tracking
        .connection()
        .ifPresent(
            connection -> {
              var unusedAnswer = connection.async().psetex(key, LIFE.toMillis(), text);
              var unusedNote = index.note(connection, name, Instant.now());
            });
  }

  private Counts counts() {
    return new Counts(metrics.hits(Tier.L1), metrics.hits(Tier.L2), metrics.hits(Tier.POSTGRES));
  }

  private static String json(Counts counts) {
    return JsonText.object(
        json -> {
          json.writeNumberField("l1", counts.l1);
          json.writeNumberField("l2", counts.l2);
          json.writeNumberField("postgres", counts.postgres);
        });
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
