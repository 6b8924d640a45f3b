package dev.sessioncache.localstack;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A program under test that may be started, broken and started again; it ends with this JVM,
 * however that ends. Owned by the one who made it; its monitor makes calls from several threads run
 * one after the other. Asking for the state that the program is already in does nothing.
 */
public final class ChildProcess implements Breakable, AutoCloseable {

  private static final Duration STOP_LIMIT = Duration.ofSeconds(30);
  private static final Duration KILL_LIMIT = Duration.ofSeconds(10);

  private final List<String> command;
  private final Map<String, String> environment;
  private final Path log;
  private @Nullable GuardedProcess process;

  /**
   * Starts nothing yet.
   *
   * @param environment what the program has beside the environment of this JVM
   * @param log of an existing directory; what the program prints is appended, all starts after one
   *     another
   */
  public ChildProcess(List<String> command, Map<String, String> environment, Path log) {
    this.command = List.copyOf(command);
    this.environment = Map.copyOf(environment);
    this.log = log;
  }

  /** Starts the program unless it runs; does not wait for it to be ready. */
  @Override
  public synchronized void start() {
    if (!isAlive()) {
      process = GuardedProcess.start(command, environment, log);
    }
  }

  @Override
  public synchronized void kill() {
    if (process != null && process.isAlive()) {
      process.tree().kill();
      process.endsWithin(KILL_LIMIT);
    }
  }

  @Override
  public synchronized void pause() {
    if (process != null && process.isAlive()) {
      process.tree().freeze();
    }
  }

  @Override
  public synchronized void resume() {
    if (process != null && process.isAlive()) {
      process.tree().thaw();
    }
  }

  /** SIGTERM; kills the program when that takes more than 30 s. */
  public synchronized void stop() {
    if (process != null && process.isAlive()) {
      resume();
      process.tree().signal("TERM");
      if (!process.endsWithin(STOP_LIMIT)) {
        kill();
      }
    }
  }

  @Override
  public synchronized boolean isAlive() {
    return process != null && process.isAlive();
  }

  /**
   * Waits for a program that is to end by itself.
   *
   * @return whether it ended within that time
   */
  public boolean endsWithin(Duration limit) {
    GuardedProcess current = started();
    return current.endsWithin(limit);
  }

  /**
   * The number of the process, of the last start.
   *
   * @throws IllegalStateException when it was never started
   */
  public long pid() {
    return started().tree().pid();
  }

  /**
   * The exit code of the last start; 128 plus the signal's number when a signal ended it.
   *
   * @throws IllegalStateException when it was never started
   * @throws IllegalThreadStateException when it still runs
   */
  public int exitCode() {
    return started().exitCode();
  }

  private synchronized GuardedProcess started() {
    if (process == null) {
      throw new IllegalStateException("never started: " + command.get(0));
    }
    return process;
  }

  /** What it wrote to standard output and standard error. */
  public Path log() {
    return log;
  }

  /** The last lines of {@link #log()}. */
  public String logTail() {
    return LogTail.of(log);
  }

  /** {@link #kill()}. */
  @Override
  public void close() {
    kill();
  }
}
