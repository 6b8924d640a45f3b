package dev.sessioncache.bench.replay;

import dev.sessioncache.bench.Cache;
import dev.sessioncache.bench.Workbench;
import dev.sessioncache.bench.measure.Client;
import dev.sessioncache.bench.measure.Contender;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** {@code warmer replay} as an operator runs it, the start of its JVM included. */
final class OurReplay implements Contender {

  static final String NAME = "warmer replay";

  private final Workbench bench;
  private final Cache cache;
  private final int sessions;

  OurReplay(Workbench bench, int sessions) {
    this.bench = bench;
    this.cache = Cache.ofDocuments(bench);
    this.sessions = sessions;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public void prepare() {
    cache.empty();
  }

  @Override
  public long run() throws Exception {
    Map<String, String> environment = new HashMap<>(bench.environment());
    environment.put("WARMER_TOPICS_PREFIX", Entries.topicsPrefix(sessions));
    return new Client(environment, bench.log("warmer-replay"))
        .run(List.of(bench.warmer(), "replay", "--quiet"));
  }

  @Override
  public long check() throws Exception {
    return cache.require(sessions);
  }
}
