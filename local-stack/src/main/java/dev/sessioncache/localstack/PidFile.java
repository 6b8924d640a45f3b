package dev.sessioncache.localstack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Remembers which process serves a data directory, so that the next run finds a server that its
 * watchdog failed to take down. A process number alone may belong to somebody else by then; number
 * and start time together do not. Owned by one {@link LocalServer}.
 */
final class PidFile {

  /** The JDK computes start times from the boot time, which clock corrections move a little. */
  private static final Duration TOLERANCE = Duration.ofSeconds(2);

  private final Path file;

  PidFile(Path file) {
    this.file = file;
  }

  void write(long pid) {
    Optional<Instant> start = ProcessHandle.of(pid).flatMap(handle -> handle.info().startInstant());
    try {
      Files.writeString(file, pid + "\n" + start.orElse(Instant.EPOCH) + "\n");
    } catch (IOException e) {
      throw new StackException("cannot write " + file, e);
    }
  }

  /** Kills the process that the file names if it still runs, and deletes the file. */
  void killLeftover() {
    try {
      if (Files.exists(file)) {
        leftover(Files.readAllLines(file)).ifPresent(pid -> new ProcessTree(pid).kill());
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new StackException("cannot read " + file, e);
    }
  }

  private static Optional<Long> leftover(List<String> lines) {
    if (lines.size() < 2) {
      return Optional.empty();
    }
    Instant start = Instant.parse(lines.get(1));
    return ProcessHandle.of(Long.parseLong(lines.get(0)))
        .filter(handle -> handle.info().startInstant().filter(i -> near(i, start)).isPresent())
        .map(ProcessHandle::pid);
  }

  private static boolean near(Instant one, Instant other) {
    return Duration.between(one, other).abs().compareTo(TOLERANCE) <= 0;
  }
}
