package dev.sessioncache.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {

  private final Path temporary;

  DataDirectoryTest(@TempDir Path temporary) {
    this.temporary = temporary;
  }

  @Test
  void shouldKeepTheDataWhenOpenedAgain() throws Exception {
    Path root = temporary.resolve("data");
    Path file = write(root);

    DataDirectory.open(root, false).close();

    assertThat(file).exists();
  }

  @Test
  void shouldDeleteOnlyItsContentWhenFresh() throws Exception {
    Path root = temporary.resolve("data");
    Path file = write(root);
    Path outside = Files.writeString(temporary.resolve("outside"), "mine");
    Files.createSymbolicLink(root.resolve("link"), outside);

    DataDirectory.open(root, true).close();

    assertThat(file).doesNotExist();
    assertThat(root.resolve("link")).doesNotExist();
    assertThat(outside).exists();
  }

  @Test
  void shouldRefuseWhenTheDirectoryIsNotOurs() throws Exception {
    Path file = Files.writeString(temporary.resolve("thesis.txt"), "mine");

    assertThatExceptionOfType(UsageException.class)
        .isThrownBy(() -> DataDirectory.open(temporary, true))
        .withMessageContaining("--dir");
    assertThat(file).exists();
  }

  @Test
  void shouldRefuseWhenAnotherRunUsesIt() throws Exception {
    Path file = write(temporary.resolve("data"));
    try (DataDirectory open = DataDirectory.open(temporary.resolve("data"), false)) {
      assertThatExceptionOfType(RunFailedException.class)
          .isThrownBy(() -> DataDirectory.open(temporary.resolve("data"), true))
          .withMessageContaining(open.toString());
    }
    assertThat(file).exists();
  }

  private static Path write(Path root) throws Exception {
    try (DataDirectory directory = DataDirectory.open(root, false)) {
      Files.createDirectories(directory.servers());
      return Files.writeString(directory.servers().resolve("rows"), "data");
    }
  }
}
