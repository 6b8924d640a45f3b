package dev.sessioncache.localstack;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A command that dies with this JVM, even when the JVM is killed with SIGKILL.
 *
 * <p>Between the two runs a shell in a session of its own, so that neither Ctrl-C nor a kill of our
 * process group reaches it. Its standard input is a pipe that only this JVM holds open: end of file
 * means that the JVM is gone, and the shell kills the command with all its descendants. Killing the
 * process group would not do, because every Postgres backend makes itself a session leader.
 *
 * <p>Owned by one {@link LocalServer} or {@link ChildProcess}; safe for all threads.
 */
final class GuardedProcess {

  private static final String SCRIPT =
      """
      log=$1; shift
      exec 3<&0 0</dev/null
      "$@" 3<&- >>"$log" 2>&1 &
      server=$!
      echo "$server"
      exec >/dev/null 2>&1
      tree() {
        echo "$1"
        for child in $(cat /proc/"$1"/task/*/children); do tree "$child"; done
      }
      (
        while read -r line <&3; do :; done
        kill -STOP "$server"
        kill -KILL $(tree "$server")
      ) &
      guard=$!
      wait "$server"; code=$?
      kill -KILL "$guard"
      exit "$code"
      """;

  private static final List<Path> SETSID =
      List.of(Path.of("/usr/bin/setsid"), Path.of("/bin/setsid"));

  private final Process shell;
  private final ProcessTree tree;

  private GuardedProcess(Process shell, ProcessTree tree) {
    this.shell = shell;
    this.tree = tree;
  }

  /** Runs the command; what it prints is appended to {@code log}. */
  static GuardedProcess start(List<String> command, Path log) {
    return start(command, Map.of(), log);
  }

  /** As {@link #start(List, Path)}, with more in the environment than this JVM has. */
  static GuardedProcess start(List<String> command, Map<String, String> environment, Path log) {
    List<String> line = new ArrayList<>();
    SETSID.stream().filter(Files::isExecutable).findFirst().ifPresent(path -> line.add(path + ""));
    line.addAll(List.of("/bin/sh", "-c", SCRIPT, "watchdog", log.toString()));
    line.addAll(command);
    try {
      ProcessBuilder builder = new ProcessBuilder(line);
      builder.environment().putAll(environment);
      Process shell = builder.start();
      return new GuardedProcess(shell, new ProcessTree(readPid(shell)));
    } catch (IOException e) {
      throw new StackException("cannot run " + command.get(0) + ": " + e.getMessage(), e);
    }
  }

  private static long readPid(Process shell) throws IOException {
    try (BufferedReader output = shell.inputReader(StandardCharsets.UTF_8)) {
      String pid = output.readLine();
      if (pid == null) {
        throw new IOException("the watchdog shell ended before it started the command");
      }
      return Long.parseLong(pid.strip());
    }
  }

  /** The command's process and everything below it. */
  ProcessTree tree() {
    return tree;
  }

  boolean isAlive() {
    return shell.isAlive();
  }

  /** Whether the command ended within that time. */
  boolean endsWithin(Duration limit) {
    try {
      return shell.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StackException("interrupted while waiting for process " + tree.pid(), e);
    }
  }

  /** The exit code of a command that ended; 128 plus the signal's number when a signal ended it. */
  int exitCode() {
    return shell.exitValue();
  }
}
