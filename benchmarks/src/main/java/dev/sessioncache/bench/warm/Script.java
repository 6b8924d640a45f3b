package dev.sessioncache.bench.warm;

import dev.sessioncache.bench.Cache;
import dev.sessioncache.bench.Workbench;
import dev.sessioncache.bench.measure.Client;
import dev.sessioncache.bench.measure.Contender;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A shell script of this package's resources that is given a variant and the number of sessions. It
 * writes plain {@code SET}s with a time to live: nothing keeps an older state from overwriting a
 * newer one.
 */
final class Script implements Contender {

  private final Workbench bench;
  private final Cache cache;
  private final String name;
  private final String file;
  private final String variant;
  private final int sessions;

  Script(Workbench bench, String name, String file, String variant, int sessions) {
    this.bench = bench;
    this.cache = Cache.ofDocuments(bench);
    this.name = name;
    this.file = file;
    this.variant = variant;
    this.sessions = sessions;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void prepare() throws Exception {
    Files.writeString(path(), Workbench.resource("warm/" + file));
    cache.empty();
  }

  private Path path() {
    return bench.directory().resolve(file);
  }

  @Override
  public long run() throws Exception {
    return new Client(bench.environment(), bench.log(file))
        .run(List.of("/bin/sh", path().toString(), variant, Integer.toString(sessions)));
  }

  @Override
  public long check() throws Exception {
    return cache.require(sessions);
  }
}
