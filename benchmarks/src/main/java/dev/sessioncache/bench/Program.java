package dev.sessioncache.bench;

import dev.sessioncache.bench.measure.Contender;

/** A program that works on an empty Redis, as an operator runs it, from its start to its end. */
public final class Program implements Contender {

  /** Runs it to its end, and returns the most that it had resident, kB. */
  @FunctionalInterface
  public interface Command {
    long run() throws Exception;
  }

  private final Cache cache;
  private final String name;
  private final int sessions;
  private final boolean fillsTheCache;
  private final Command command;

  private Program(
      Workbench bench, String name, int sessions, boolean fillsTheCache, Command command) {
    this.cache = Cache.ofDocuments(bench);
    this.name = name;
    this.sessions = sessions;
    this.fillsTheCache = fillsTheCache;
    this.command = command;
  }

  /** One after which so many sessions have to be cached. */
  public static Program filling(Workbench bench, String name, int sessions, Command command) {
    return new Program(bench, name, sessions, true, command);
  }

  /** One that shows a limit of a server with as many rows, and leaves no sessions. */
  public static Program limit(Workbench bench, String name, int sessions, Command command) {
    return new Program(bench, name, sessions, false, command);
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
    return fillsTheCache ? cache.require(sessions) : sessions;
  }
}
