package dev.sessioncache.endtoend;

import dev.sessioncache.localstack.ChildProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One process of the streaming app with a supervisor that starts it again when it ends by itself,
 * as every deployment has. Its monitor keeps supervisor and faults apart.
 */
final class App {

  private static final int KILLED = 128 + 9;
  private static final int TERMINATED = 128 + 15;

  private final String name;
  private final ChildProcess process;
  private final @Nullable Path stateDir;
  private final List<Integer> exits = new ArrayList<>();
  private boolean wanted;

  /**
   * @param stateDir of its lanes; null when it has none
   */
  App(String name, ChildProcess process, @Nullable Path stateDir) {
    this.name = name;
    this.process = process;
    this.stateDir = stateDir;
  }

  String name() {
    return name;
  }

  @Nullable Path stateDir() {
    return stateDir;
  }

  ChildProcess process() {
    return process;
  }

  synchronized void start() {
    wanted = true;
    process.start();
  }

  /** Called now and then. */
  synchronized void supervise() {
    if (wanted && !process.isAlive()) {
      exits.add(process.exitCode());
      process.start();
    }
  }

  synchronized boolean isWanted() {
    return wanted;
  }

  /** The exit codes of when it ended by itself. */
  synchronized List<Integer> exits() {
    return List.copyOf(exits);
  }

  synchronized void kill() {
    wanted = false;
    boolean ran = process.isAlive();
    process.kill();
    Proof.that(!ran || process.exitCode() == KILLED, name + " was killed");
  }

  synchronized void stop() {
    wanted = false;
    boolean ran = process.isAlive();
    process.stop();
    Proof.that(
        !ran || process.exitCode() == TERMINATED || process.exitCode() == 1,
        name + " was stopped, its exit code is not " + (ran ? process.exitCode() : 0));
  }

  synchronized void pause() {
    if (process.isAlive()) {
      process.pause();
      Proof.that(state().equals("T"), name + " is frozen");
    }
  }

  synchronized void resume() {
    process.resume();
  }

  /** As {@code /proc} has it. */
  private String state() {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
      int behindName = stat.lastIndexOf(')') + 2;
      return stat.substring(behindName, behindName + 1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
