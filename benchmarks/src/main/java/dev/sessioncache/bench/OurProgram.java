package dev.sessioncache.bench;

import dev.sessioncache.bench.measure.Contender;

/** A program of ours that fills Redis, as an operator runs it, the start of its JVM included. */
public final class OurProgram implements Contender {

  /** Runs it to its end, and returns the most that it had resident, kB. */
  @FunctionalInterface
  public interface Command {
    long run() throws Exception;
  }

  private final String name;
  private final Cache cache;
  private final int sessions;
  private final Command command;

  /**
   * @param sessions that have to be cached afterwards
   */
  public OurProgram(Workbench bench, String name, int sessions, Command command) {
    this.name = name;
    this.cache = Cache.ofDocuments(bench);
    this.sessions = sessions;
    this.command = command;
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
    return command.run();
  }

  @Override
  public long check() throws Exception {
    return cache.require(sessions);
  }
}
