package dev.sessioncache.localstack;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A server that runs as a child process of this JVM. Owned by the stack or the single server that
 * started it; its monitor makes calls from several threads run one after the other.
 */
final class LocalServer implements Server {

  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(10);
  private static final Duration POLL = Duration.ofMillis(40);

  private final Program program;
  private final Path log;
  private final PidFile pidFile;
  private final Duration stopLimit;
  private @Nullable GuardedProcess process;
  private boolean closed;

  LocalServer(Program program, StackDirectory directory) {
    this(program, directory, STOP_LIMIT);
  }

  LocalServer(Program program, StackDirectory directory, Duration stopLimit) {
    this.stopLimit = stopLimit;
    this.program = program;
    this.log = directory.log(program.name());
    this.pidFile = new PidFile(directory.path(program.name() + ".pid"));
  }

  @Override
  public String name() {
    return program.name();
  }

  @Override
  public Path log() {
    return log;
  }

  @Override
  public synchronized void start() {
    if (closed) {
      throw new StackException(name() + " cannot start: its stack is closed");
    }
    if (isAlive()) {
      return;
    }
    pidFile.killLeftover();
    program.prepare();
    GuardedProcess started = GuardedProcess.start(program.command(), log);
    process = started;
    pidFile.write(started.tree().pid());
    awaitAnswer(started);
  }

  private void awaitAnswer(GuardedProcess started) {
    long begin = System.nanoTime();
    while (!started.endsWithin(POLL)) {
      if (program.answers()) {
        return;
      }
      if (System.nanoTime() - begin > START_LIMIT.toNanos()) {
        kill();
        throw failure("no answer within " + START_LIMIT.toSeconds() + " s");
      }
    }
    throw failure("exit code " + started.exitCode());
  }

  private StackException failure(String reason) {
    return new StackException(
        "%s did not start: %s; log %s ends with:%n%s"
            .formatted(name(), reason, log, LogTail.of(log)));
  }

  @Override
  public synchronized boolean isAlive() {
    return process != null && process.isAlive();
  }

  @Override
  public synchronized void kill() {
    if (process != null && process.isAlive()) {
      process.tree().kill();
      process.endsWithin(stopLimit);
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

  @Override
  public synchronized void stop() {
    if (process != null && process.isAlive()) {
      resume();
      process.tree().signal(program.stopSignal());
      if (!process.endsWithin(stopLimit)) {
        kill();
      }
    }
  }

  @Override
  public synchronized void restart() {
    stop();
    start();
  }

  /** Ends the server for good; without {@code orderly} at once. */
  synchronized void close(boolean orderly) {
    closed = true;
    if (orderly) {
      stop();
    } else {
      kill();
    }
  }
}
