package dev.sessioncache.bench.warm;

import dev.sessioncache.bench.Cache;
import dev.sessioncache.bench.Workbench;
import dev.sessioncache.bench.measure.Client;
import dev.sessioncache.bench.measure.Contender;
import java.nio.file.Path;
import java.util.List;

/** A main class of this module in a JVM of its own, given the number of sessions. */
final class JavaProgram implements Contender {

  private final Workbench bench;
  private final Cache cache;
  private final String name;
  private final Class<?> main;
  private final int sessions;
  private final boolean fillsTheCache;

  /**
   * @param fillsTheCache false for one that shows a limit of a server, and leaves no sessions
   */
  JavaProgram(Workbench bench, String name, Class<?> main, int sessions, boolean fillsTheCache) {
    this.bench = bench;
    this.cache = Cache.ofDocuments(bench);
    this.name = name;
    this.main = main;
    this.sessions = sessions;
    this.fillsTheCache = fillsTheCache;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void prepare() {
    cache.empty();
  }

  @Override
  public long run() throws Exception {
    return new Client(bench.environment(), bench.log(main.getSimpleName()))
        .run(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName(),
                Integer.toString(sessions)));
  }

  @Override
  public long check() throws Exception {
    return fillsTheCache ? cache.require(sessions) : sessions;
  }
}
