package dev.sessioncache.localstack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalServerTest {

  private final StackDirectory directory;

  LocalServerTest(@TempDir Path parent) {
    directory = StackDirectory.open(StackOptions.kept(parent));
  }

  @AfterEach
  void close() {
    directory.close();
  }

  @Test
  void shouldNameTheLogAndItsLastLinesWhenTheServerEnds() {
    LocalServer server = server("echo the disk is full; exit 3");

    assertThatThrownBy(server::start)
        .isInstanceOf(StackException.class)
        .hasMessageContaining("script did not start: exit code 3; log " + server.log())
        .hasMessageEndingWith("the disk is full");
  }

  @Test
  void shouldKillAServerThatIgnoresTheStopSignal() {
    LocalServer server = server("trap '' TERM; touch ready; while :; do sleep 1; done");
    server.start();

    server.stop();

    awaitNoProcess();
  }

  @Test
  void shouldStopAPausedServer() {
    LocalServer server =
        server(
            "trap 'echo bye; exit 0' TERM; touch ready; while :; do sleep 0.1; done",
            Timeouts.SOON);
    server.start();
    server.pause();

    server.stop();

    assertThat(server.log()).hasContent("bye");
  }

  @Test
  void shouldNotStartAgainWhenClosed() {
    LocalServer server = server("touch ready; sleep 600");
    server.start();

    server.close(false);

    assertThatThrownBy(server::start)
        .isInstanceOf(StackException.class)
        .hasMessageContaining("closed");
    awaitNoProcess();
  }

  /** One that was killed, by whichever test, is there until its parent has taken notice. */
  private static void awaitNoProcess() {
    await("no process is left")
        .atMost(Timeouts.SOON)
        .until(() -> ProcessHandle.current().descendants().findAny().isEmpty());
  }

  private LocalServer server(String script) {
    return server(script, Duration.ofSeconds(1));
  }

  private LocalServer server(String script, Duration stopLimit) {
    return new LocalServer(new Script(script, directory.path("")), directory, stopLimit);
  }

  /** A shell script that is ready when it has made the file {@code ready}. */
  private record Script(String text, Path home) implements Program {
    @Override
    public String name() {
      return "script";
    }

    @Override
    public void prepare() {}

    @Override
    public List<String> command() {
      return List.of("/bin/sh", "-c", "cd " + home + "; " + text);
    }

    @Override
    public String stopSignal() {
      return "TERM";
    }

    @Override
    public boolean answers() {
      return Files.exists(home.resolve("ready"));
    }
  }
}
