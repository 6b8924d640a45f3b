package dev.sessioncache.bench.replay;

import dev.sessioncache.bench.Cache;
import dev.sessioncache.bench.Workbench;
import dev.sessioncache.bench.measure.Client;
import dev.sessioncache.bench.stream.OurStream;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The topic of entries, as our stream leaves it after a baseline. */
final class Entries {

  private static final String TOPICS_PREFIX = "WARMER_TOPICS_PREFIX";
  private static final Duration PATIENCE = Duration.ofMinutes(30);
  private static final long LOOK_EVERY_MILLIS = 1_000;

  private final Workbench bench;
  private final Cache cache;
  private final int sessions;

  Entries(Workbench bench, int sessions) {
    this.bench = bench;
    this.sessions = sessions;
    this.cache = Cache.ofDocuments(bench);
  }

  /**
   * Lets a stream run until Redis has all sessions, and so the topic. It starts from nothing: with
   * a slot, topics and a state of its own.
   */
  void fill() throws Exception {
    cache.empty();
    String name = "replay_" + sessions;
    Map<String, String> settings =
        Map.of(
            TOPICS_PREFIX,
            topicsPrefix(),
            "WARMER_CAPTURE_SLOT",
            name,
            "WARMER_CAPTURE_PUBLICATION",
            name,
            "WARMER_PROJECT_STATE_DIR",
            bench.directory().resolve(name).toString(),
            // A lane's share has to hold the lane, whose users are not spread quite evenly.
            "WARMER_KEEP_BUDGET",
            Integer.toString(2 * sessions + 1_000));
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    try (OurStream stream = new OurStream(bench, settings)) {
      stream.start();
      stream.awaitReady();
      while (cache.count() < sessions) {
        if (System.nanoTime() > deadline) {
          throw new IllegalStateException("the stream has not cached all sessions in " + PATIENCE);
        }
        Thread.sleep(LOOK_EVERY_MILLIS);
      }
      stream.stop();
    }
    cache.require(sessions);
  }

  /**
   * Fills Redis from it.
   *
   * @return the most that the replay had resident, kB
   */
  long replay() throws IOException, InterruptedException {
    Map<String, String> environment = new HashMap<>(bench.environment());
    environment.put(TOPICS_PREFIX, topicsPrefix());
    return new Client(environment, bench.log("warmer-replay"))
        .run(List.of(bench.warmer(), "replay", "--quiet"));
  }

  private String topicsPrefix() {
    return "bench-replay-" + sessions;
  }
}
