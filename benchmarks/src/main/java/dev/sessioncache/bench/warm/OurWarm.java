package dev.sessioncache.bench.warm;

import dev.sessioncache.bench.Cache;
import dev.sessioncache.bench.Workbench;
import dev.sessioncache.bench.measure.Contender;

/** {@code warmer warm} as an operator runs it, the start of its JVM included. */
final class OurWarm implements Contender {

  static final String NAME = "warmer warm";

  private final Workbench bench;
  private final Cache cache;
  private final int sessions;

  OurWarm(Workbench bench, int sessions) {
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
    return bench.warm(sessions);
  }

  @Override
  public long check() throws Exception {
    return cache.require(sessions);
  }
}
