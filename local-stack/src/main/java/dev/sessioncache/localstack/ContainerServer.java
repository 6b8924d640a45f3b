package dev.sessioncache.localstack;

import com.github.dockerjava.api.DockerClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.output.OutputFrame;

/**
 * A server in a Docker container. The container is made once with a fixed host port, because Docker
 * would choose another one at every start; later starts reuse it and its data. Owned by {@link
 * ContainerStack}; its monitor makes calls run one after the other.
 */
final class ContainerServer implements Server {

  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final int STOP_SECONDS = 10;
  private static final long POLL_MILLIS = 100;

  private enum State {
    NEW,
    RUNNING,
    PAUSED,
    STOPPED
  }

  private final String name;
  private final GenericContainer<?> container;
  private final BooleanSupplier answers;
  private final Path log;
  private State state = State.NEW;

  ContainerServer(
      String name, GenericContainer<?> container, BooleanSupplier answers, Path directory) {
    this.name = name;
    this.container = container;
    this.answers = answers;
    this.log = directory.resolve(name + ".log");
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Path log() {
    return log;
  }

  @Override
  public synchronized void start() {
    switch (state) {
      case NEW -> {
        container.withLogConsumer(this::append);
        container.start();
      }
      case STOPPED -> docker().startContainerCmd(id()).exec();
      case RUNNING, PAUSED -> {
        return;
      }
    }
    state = State.RUNNING;
    awaitAnswer();
  }

  private void awaitAnswer() {
    long begin = System.nanoTime();
    while (!answers.getAsBoolean()) {
      if (System.nanoTime() - begin > START_LIMIT.toNanos()) {
        throw new StackException(
            "%s did not start: no answer within %d s; log %s ends with:%n%s"
                .formatted(name, START_LIMIT.toSeconds(), log, LogTail.of(log)));
      }
      try {
        Thread.sleep(POLL_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new StackException("interrupted while " + name + " started", e);
      }
    }
  }

  @Override
  public synchronized boolean isAlive() {
    return state == State.RUNNING || state == State.PAUSED;
  }

  @Override
  public synchronized void kill() {
    if (isAlive()) {
      resume();
      docker().killContainerCmd(id()).withSignal("SIGKILL").exec();
      state = State.STOPPED;
    }
  }

  @Override
  public synchronized void pause() {
    if (state == State.RUNNING) {
      docker().pauseContainerCmd(id()).exec();
      state = State.PAUSED;
    }
  }

  @Override
  public synchronized void resume() {
    if (state == State.PAUSED) {
      docker().unpauseContainerCmd(id()).exec();
      state = State.RUNNING;
    }
  }

  @Override
  public synchronized void stop() {
    resume();
    if (state == State.RUNNING) {
      docker().stopContainerCmd(id()).withTimeout(STOP_SECONDS).exec();
      state = State.STOPPED;
    }
  }

  @Override
  public synchronized void restart() {
    stop();
    start();
  }

  /** Removes the container and its data. */
  synchronized void close() {
    resume();
    container.stop();
    state = State.STOPPED;
  }

  private DockerClient docker() {
    return container.getDockerClient();
  }

  private String id() {
    return container.getContainerId();
  }

  private void append(OutputFrame frame) {
    try {
      Files.write(log, frame.getBytes(), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new StackException("cannot write " + log, e);
    }
  }
}
