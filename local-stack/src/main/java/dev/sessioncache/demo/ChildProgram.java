package dev.sessioncache.demo;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A program that ends with this JVM, however that ends. Between the two runs a shell whose standard
 * input is a pipe that only this JVM holds open: at its end of file the shell sends SIGTERM to the
 * program, and SIGKILL when that does not help. Ctrl-C reaches this JVM alone, which then stops
 * things in their order. Owned by one thread; {@link #close()} may come from any.
 */
final class ChildProgram implements AutoCloseable {

  private static final int SECONDS_TO_END = 15;

  private static final String WATCHDOG =
      """
      trap '' INT
      exec 3<&0 0</dev/null
      "$@" 3<&- &
      program=$!
      (
        exec >/dev/null 2>&1
        while read -r line <&3; do :; done
        kill -TERM "$program"
        left=%d
        while [ "$left" -gt 0 ]; do sleep 1; left=$((left - 1)); done
        kill -KILL "$program"
      ) &
      guard=$!
      exec 3<&-
      wait "$program"; code=$?
      exec 2>/dev/null
      kill -KILL "$guard"
      exit "$code"
      """
          .formatted(SECONDS_TO_END);

  private final Process shell;

  private ChildProgram(Process shell) {
    this.shell = shell;
  }

  /**
   * Starts the command.
   *
   * @param output where its standard output goes; its standard error is appended to {@code log}
   */
  static ChildProgram start(
      List<String> command, Map<String, String> environment, Redirect output, Path log)
      throws IOException {
    List<String> line = new ArrayList<>(List.of("/bin/sh", "-c", WATCHDOG, "watchdog"));
    line.addAll(command);
    ProcessBuilder builder = new ProcessBuilder(line);
    builder.environment().putAll(environment);
    builder.redirectOutput(output);
    builder.redirectError(Redirect.appendTo(log.toFile()));
    return new ChildProgram(builder.start());
  }

  /** What it prints, for a program that was started with {@link Redirect#PIPE}. */
  InputStream output() {
    return shell.getInputStream();
  }

  boolean isAlive() {
    return shell.isAlive();
  }

  /** The exit code of a program that ended; 128 plus the signal's number when a signal ended it. */
  int exitCode() {
    return shell.exitValue();
  }

  /** SIGTERM, and SIGKILL when the program has not ended some fifteen seconds later. */
  @Override
  public void close() {
    try (OutputStream pipe = shell.getOutputStream()) {
      pipe.flush();
    } catch (IOException e) {
      // A broken pipe: the shell is gone, and the program before it.
    }
    try {
      Duration limit = Duration.ofSeconds(SECONDS_TO_END + 2);
      if (!shell.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        shell.descendants().forEach(ProcessHandle::destroyForcibly);
        shell.destroyForcibly();
      }
    } catch (InterruptedException e) {
      shell.descendants().forEach(ProcessHandle::destroyForcibly);
      shell.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
