package dev.sessioncache.bench.stream;

import dev.sessioncache.bench.Workbench;
import dev.sessioncache.localstack.ChildProcess;
import dev.sessioncache.localstack.ProcessUsage;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * {@code warmer stream}, with its default settings but for what its environment says. Its bound is
 * so large that no lane falls behind: else it would take away while it reads a backlog, and publish
 * each session once at the end, which is less work than what it is compared with.
 */
public final class OurStream implements CachingFollower {

  static final String NAME = "warmer stream";

  private static final String WATERMARK = "warmer:watermark:0";
  private static final Duration PATIENCE = Duration.ofMinutes(30);
  private static final long LOOK_EVERY_MILLIS = 100;

  private final Workbench bench;
  private final ChildProcess process;

  /** As for a backlog. Starts nothing yet. */
  public OurStream(Workbench bench) {
    this(bench, Map.of());
  }

  /**
   * Starts nothing yet.
   *
   * @param settings variables of its environment, beside or in place of those of a backlog
   */
  public OurStream(Workbench bench, Map<String, String> settings) {
    this.bench = bench;
    Map<String, String> environment = new HashMap<>(bench.environment());
    environment.put("WARMER_PROJECT_STATE_DIR", stateDirectory().toString());
    environment.put("WARMER_HTTP_PORT", "0");
    environment.put("WARMER_WARM_WHEN_COLD", "false");
    environment.put("WARMER_STALENESS_BOUND", "1h");
    environment.put("WARMER_GUARD_TTL", "4h");
    environment.putAll(settings);
    this.process =
        new ChildProcess(List.of(bench.warmer(), "stream"), environment, bench.log("stream"));
  }

  /** Where its state is. */
  public Path stateDirectory() {
    return bench.directory().resolve("state");
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String key(String token) {
    return "session:" + token;
  }

  @Override
  public void start() {
    process.start();
  }

  @Override
  public void awaitReady() throws InterruptedException {
    await(() -> bench.redis().sync().exists(WATERMARK) == 1);
  }

  /** Waits for what the stream brings about. */
  public void await(BooleanSupplier isDone) throws InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!isDone.getAsBoolean()) {
      if (!process.isAlive() || System.nanoTime() > deadline) {
        throw new IllegalStateException("the stream does not work: " + process.logTail());
      }
      Thread.sleep(LOOK_EVERY_MILLIS);
    }
  }

  @Override
  public void stop() {
    process.stop();
  }

  @Override
  public long peakKilobytes() {
    return ProcessUsage.of(process.pid()).mostKilobytes();
  }

  @Override
  public void close() {
    process.close();
  }
}
