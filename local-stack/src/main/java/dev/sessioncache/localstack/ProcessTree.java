package dev.sessioncache.localstack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * A process that we started, and all processes below it, as the target of signals. Stateless but
 * for the process number; safe for all threads.
 *
 * @param pid of the topmost process
 */
record ProcessTree(long pid) {

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration POLL = Duration.ofMillis(5);

  /** Stops all processes where they are; they keep memory, files and connections. */
  void freeze() {
    signal("STOP", List.of(pid));
    // A stopped parent forks no more, so what we list now is complete.
    signal("STOP", descendants());
    // A signal is on its way when kill returns; a process stops when it next gets a processor.
    await(() -> handles().stream().noneMatch(ProcessTree::moves), "does not stop");
  }

  /** Undoes {@link #freeze()}. */
  void thaw() {
    signal("CONT", descendants());
    signal("CONT", List.of(pid));
  }

  /** Sends a signal to the topmost process only. */
  void signal(String signal) {
    signal(signal, List.of(pid));
  }

  /** Kills all processes and waits until they are gone. */
  void kill() {
    signal("STOP", List.of(pid));
    List<ProcessHandle> all = handles();
    signal("KILL", all.stream().map(ProcessHandle::pid).toList());
    // Not ProcessHandle.onExit: for a process that is not our child it looks only now and then.
    await(() -> all.stream().noneMatch(ProcessTree::runs), "does not go away after SIGKILL");
  }

  private void await(BooleanSupplier condition, String failure) {
    long begin = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - begin > PATIENCE.toNanos()) {
        throw new StackException("process " + pid + " " + failure);
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
  }

  /**
   * Whether a process still executes. One that ended stays visible until its parent takes notice,
   * which never happens in a container whose first process is not an init.
   */
  static boolean runs(ProcessHandle handle) {
    return handle.isAlive() && "ZX".indexOf(state(handle)) < 0;
  }

  private static boolean moves(ProcessHandle handle) {
    return runs(handle) && "Tt".indexOf(state(handle)) < 0;
  }

  /** As in <a href="https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html">its page</a>. */
  private static char state(ProcessHandle handle) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(handle.pid()), "stat"));
      return stat.charAt(stat.lastIndexOf(')') + 2);
    } catch (IOException e) {
      return 'X';
    }
  }

  private List<Long> descendants() {
    return ProcessHandle.of(pid).stream()
        .flatMap(ProcessHandle::descendants)
        .map(ProcessHandle::pid)
        .toList();
  }

  private List<ProcessHandle> handles() {
    return ProcessHandle.of(pid).stream()
        .flatMap(top -> Stream.concat(top.descendants(), Stream.of(top)))
        .toList();
  }

  /** The shell's own {@code kill} is everywhere; /bin/kill is missing in slim images. */
  private static void signal(String signal, List<Long> pids) {
    if (pids.isEmpty()) {
      return;
    }
    List<String> line = new ArrayList<>(List.of("/bin/sh", "-c", "kill -s \"$@\"", "kill", signal));
    pids.forEach(pid -> line.add(Long.toString(pid)));
    try {
      // A process that ended meanwhile makes kill fail: that is no error here.
      new ProcessBuilder(line)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException e) {
      throw new StackException("cannot run /bin/sh to send SIG" + signal, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
