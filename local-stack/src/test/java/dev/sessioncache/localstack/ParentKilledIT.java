package dev.sessioncache.localstack;

import static java.util.stream.Collectors.partitioningBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParentKilledIT {

  private final List<ProcessHandle> toEnd = new ArrayList<>();

  /** A test that failed leaves nothing running either. */
  @AfterEach
  void end() {
    toEnd.forEach(ProcessHandle::destroyForcibly);
  }

  @Test
  void shouldTakeAllServersAlongWhenTheParentIsKilled(@TempDir Path temporary) throws Exception {
    Path directory = temporary.resolve("stack");
    Process parent = startParent(directory);
    List<ProcessHandle> children = parent.descendants().toList();
    assertThat(children).hasSizeGreaterThan(3 * 3);

    parent.destroyForcibly().waitFor();

    await("children gone")
        .atMost(Timeouts.SOON)
        .untilAsserted(() -> assertThat(children).noneMatch(ProcessTree::runs));
  }

  /** A server whose watchdog died too is all that can be left over. */
  @Test
  void shouldReplaceServersThatOutlivedTheirWatchdog(@TempDir Path temporary) throws Exception {
    Path directory = temporary.resolve("stack");
    Process parent = startParent(directory);
    List<ProcessHandle> servers = servers(directory);
    List<ProcessHandle> watchdogs = watchdogs(parent);
    watchdogs.forEach(ProcessHandle::destroyForcibly);
    parent.destroyForcibly().waitFor();
    assertThat(servers).hasSize(3).allMatch(ProcessTree::runs);

    try (Stack stack = LocalStack.start(StackOptions.kept(directory))) {
      assertThat(servers).noneMatch(ProcessTree::runs);
      assertThat(Clients.sql(stack.databaseUrl(), "SELECT 1")).isEqualTo("1");
    }
  }

  private Process startParent(Path directory) throws IOException {
    Process parent =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                StackMain.class.getName(),
                directory.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    BufferedReader output = parent.inputReader(StandardCharsets.UTF_8);
    assertThat(output.readLine()).startsWith(StackMain.READY);
    toEnd.add(parent.toHandle());
    parent.descendants().forEach(toEnd::add);
    return parent;
  }

  private static List<ProcessHandle> servers(Path directory) {
    return Stream.of("postgres", "kafka", "redis")
        .map(name -> directory.resolve(name + ".pid"))
        .map(ParentKilledIT::firstLine)
        .flatMap(pid -> ProcessHandle.of(Long.parseLong(pid)).stream())
        .toList();
  }

  private static String firstLine(Path file) {
    try {
      return Files.readAllLines(file).get(0);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * The shells that wait for the end of the pipe, and then those above them: when one of these
   * ends, the JVM closes its pipe.
   */
  private static List<ProcessHandle> watchdogs(Process parent) {
    Map<Boolean, List<ProcessHandle>> isBelow =
        parent
            .descendants()
            .filter(handle -> handle.info().command().filter(c -> c.endsWith("sh")).isPresent())
            .collect(
                partitioningBy(
                    handle -> handle.parent().filter(parent.toHandle()::equals).isEmpty()));
    return Stream.of(true, false)
        .flatMap(below -> Objects.requireNonNull(isBelow.get(below)).stream())
        .toList();
  }
}
