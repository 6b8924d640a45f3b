package dev.sessioncache.localstack;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnpackedProgramsTest {

  private static final URL RESOURCE =
      requireNonNull(UnpackedProgramsTest.class.getResource("Stack.class"));

  @Test
  void shouldTakeWhatAnotherJvmHasUnpackedMeanwhile(@TempDir Path base) throws IOException {
    Path target = base.resolve("program");

    UnpackedPrograms.unpack(
        RESOURCE,
        (resource, fresh) -> {
          unpackInto(resource, fresh);
          Files.createDirectory(target);
          unpackInto(resource, target);
        },
        target);

    try (var left = Files.list(base)) {
      assertThat(left).containsExactly(target);
    }
    assertThat(target.resolve("run")).exists();
  }

  @Test
  void shouldLeaveNothingWhenItFails(@TempDir Path base) throws IOException {
    Path target = base.resolve("program");

    assertThatThrownBy(
            () ->
                UnpackedPrograms.unpack(
                    RESOURCE,
                    (resource, fresh) -> {
                      unpackInto(resource, fresh);
                      throw new IOException("No space left on device");
                    },
                    target))
        .hasMessage("No space left on device");

    assertThat(base).isEmptyDirectory();
  }

  @Test
  void shouldFailWhenNothingCanBeMovedThere(@TempDir Path base) {
    Path target = base.resolve("none").resolve("program");

    assertThatThrownBy(
            () -> UnpackedPrograms.unpack(RESOURCE, UnpackedProgramsTest::unpackInto, target))
        .isInstanceOf(NoSuchFileException.class);
  }

  private static void unpackInto(InputStream resource, Path directory) throws IOException {
    Files.copy(resource, directory.resolve("run"));
  }
}
