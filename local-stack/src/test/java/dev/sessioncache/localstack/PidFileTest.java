package dev.sessioncache.localstack;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PidFileTest {

  private final Path path;
  private final Process process;

  PidFileTest(@TempDir Path directory) throws Exception {
    path = directory.resolve("server.pid");
    process = new ProcessBuilder("sleep", "600").start();
  }

  @BeforeEach
  void write() {
    new PidFile(path).write(process.pid());
  }

  @AfterEach
  void end() {
    process.destroyForcibly();
  }

  @Test
  void shouldKillTheProcessThatWasWritten() throws Exception {
    new PidFile(path).killLeftover();

    assertThat(process.waitFor(Timeouts.SOON.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
    assertThat(path).doesNotExist();
  }

  @Test
  void shouldSpareAnotherProcessWithTheSameNumber() throws Exception {
    Files.writeString(path, process.pid() + "\n2020-01-01T00:00:00Z\n");

    new PidFile(path).killLeftover();

    assertThat(process.isAlive()).isTrue();
    assertThat(path).doesNotExist();
  }

  @Test
  void shouldIgnoreAFileThatWasCutShort() throws Exception {
    Files.writeString(path, process.pid() + "");

    new PidFile(path).killLeftover();

    assertThat(process.isAlive()).isTrue();
  }
}
