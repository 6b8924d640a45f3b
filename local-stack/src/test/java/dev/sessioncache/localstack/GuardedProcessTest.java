package dev.sessioncache.localstack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GuardedProcessTest {

  private static final List<String> FAMILY =
      List.of("/bin/sh", "-c", "sleep 600 & setsid sleep 600 & wait");

  @Test
  void shouldReportTheExitCodeAndLogTheOutput(@TempDir Path directory) throws Exception {
    Path log = directory.resolve("log");

    GuardedProcess process = run("echo out; echo err >&2; exit 7", log);

    assertThat(process.endsWithin(Timeouts.SOON)).isTrue();
    assertThat(process.exitCode()).isEqualTo(7);
    assertThat(Files.readAllLines(log)).containsExactly("out", "err");
  }

  @Test
  void shouldKillDescendantsInOtherSessionsToo(@TempDir Path directory) {
    GuardedProcess process = GuardedProcess.start(FAMILY, directory.resolve("log"));
    List<ProcessHandle> family = family(process);

    process.tree().kill();

    assertThat(family).noneMatch(ProcessTree::runs);
    assertThat(process.endsWithin(Timeouts.SOON)).isTrue();
  }

  @Test
  void shouldKillAPausedProcess(@TempDir Path directory) {
    GuardedProcess process = GuardedProcess.start(FAMILY, directory.resolve("log"));
    List<ProcessHandle> family = family(process);
    process.tree().freeze();

    process.tree().kill();

    assertThat(family).noneMatch(ProcessTree::runs);
  }

  @Test
  void shouldFreezeAndThawTheWholeTree(@TempDir Path directory) {
    GuardedProcess process = GuardedProcess.start(FAMILY, directory.resolve("log"));
    List<ProcessHandle> family = family(process);

    process.tree().freeze();
    assertThat(family).allMatch(handle -> state(handle).equals("T"));
    process.tree().thaw();

    await("running")
        .atMost(Timeouts.SOON)
        .until(() -> family.stream().noneMatch(h -> state(h).equals("T")));
    process.tree().kill();
  }

  private static GuardedProcess run(String script, Path log) {
    return GuardedProcess.start(List.of("/bin/sh", "-c", script), log);
  }

  private static List<ProcessHandle> family(GuardedProcess process) {
    ProcessHandle top = ProcessHandle.of(process.tree().pid()).orElseThrow();
    await("both children").atMost(Timeouts.SOON).until(() -> top.descendants().count() == 2);
    return Stream.concat(Stream.of(top), top.descendants()).toList();
  }

  private static String state(ProcessHandle handle) {
    try {
      String stat = Files.readString(Path.of("/proc/" + handle.pid() + "/stat"));
      return stat.substring(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3);
    } catch (IOException e) {
      return "gone";
    }
  }
}
