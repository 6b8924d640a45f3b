package dev.sessioncache.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildProgramTest {

  private static final Duration SOON = Duration.ofSeconds(60);

  private final Path directory;

  ChildProgramTest(@TempDir Path directory) {
    this.directory = directory;
  }

  @Test
  void shouldHandOnOutputAndExitCodeWhenTheProgramEnds() throws Exception {
    try (ChildProgram program = start("echo $WORD; echo aside >&2; exit 7", Redirect.PIPE)) {
      String output = new String(program.output().readAllBytes(), StandardCharsets.UTF_8);
      await("end").atMost(SOON).until(() -> !program.isAlive());

      assertThat(output).isEqualTo("hello\n");
      assertThat(program.exitCode()).isEqualTo(7);
      assertThat(log()).content().contains("aside");
    }
  }

  @Test
  void shouldLetTheProgramEndInItsOwnWayWhenClosed() throws Exception {
    Path ended = directory.resolve("ended");
    ChildProgram program =
        start(
            "trap 'echo yes >"
                + ended
                + "; exit 0' TERM; echo ready >&2; while :; do sleep 0.1; done",
            Redirect.DISCARD);
    await("trap set").atMost(SOON).until(() -> Files.readString(log()).contains("ready"));

    program.close();

    assertThat(ended).content().isEqualTo("yes\n");
    assertThat(program.isAlive()).isFalse();
  }

  @Test
  void shouldTellTheSignalWhenTheProgramIsKilled() throws Exception {
    try (ChildProgram program = start("kill -KILL $$", Redirect.DISCARD)) {
      await("end").atMost(SOON).until(() -> !program.isAlive());

      assertThat(program.exitCode()).isEqualTo(128 + 9);
    }
  }

  private ChildProgram start(String script, Redirect output) throws Exception {
    return ChildProgram.start(
        List.of("/bin/sh", "-c", script), Map.of("WORD", "hello"), output, log());
  }

  private Path log() {
    return directory.resolve("log");
  }
}
