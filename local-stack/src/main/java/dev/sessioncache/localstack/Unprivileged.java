package dev.sessioncache.localstack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * How to run a program that refuses to run as root, which Postgres does. A normal user needs
 * nothing. Root gets a user namespace without a mapping, in which it appears as nobody and still
 * owns its files; where that is forbidden (containers), it becomes the user nobody, who must then
 * own the files.
 *
 * @param prefix goes before the program's command line
 * @param handsOver whether files must be given to {@link #NOBODY}
 */
record Unprivileged(List<String> prefix, boolean handsOver) {

  static final int NOBODY = 65_534;

  private static final List<String> NAMESPACE = List.of("unshare", "-U");
  private static final List<String> USER =
      List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups");

  /** What works here, found out by trying. */
  static Unprivileged detect() {
    try {
      if (!Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"))) {
        return new Unprivileged(List.of(), false);
      }
    } catch (IOException e) {
      throw new StackException("cannot read /proc/self: the local stack runs on Linux only", e);
    }
    if (works(NAMESPACE)) {
      return new Unprivileged(NAMESPACE, false);
    }
    if (works(USER)) {
      return new Unprivileged(USER, true);
    }
    throw new StackException(
        "Postgres refuses to run as root, and neither unshare nor setpriv works here: run as a"
            + " normal user, or with -Dstack=containers");
  }

  private static boolean works(List<String> prefix) {
    List<String> line = new ArrayList<>(prefix);
    line.add("true");
    try {
      Process process =
          new ProcessBuilder(line)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(5, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StackException("interrupted while looking for a way to run Postgres", e);
    }
  }

  List<String> command(List<String> program) {
    List<String> line = new ArrayList<>(prefix);
    line.addAll(program);
    return line;
  }

  /** Makes sure that the program may use these files. */
  void own(Path files) {
    try {
      if (handsOver) {
        FileTree.chown(files, NOBODY);
      }
    } catch (IOException e) {
      throw new StackException("cannot give " + files + " to the user nobody", e);
    }
  }
}
