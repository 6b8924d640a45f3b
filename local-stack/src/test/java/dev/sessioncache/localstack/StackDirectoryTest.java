package dev.sessioncache.localstack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StackDirectoryTest {

  @Test
  void shouldRefuseADirectoryThatIsInUse(@TempDir Path parent) {
    StackOptions options = StackOptions.kept(parent.resolve("stack"));
    try (StackDirectory open = StackDirectory.open(options)) {
      assertThat(open.path("lock")).exists();
      assertThatThrownBy(() -> StackDirectory.open(options))
          .isInstanceOf(StackException.class)
          .hasMessageContaining("a running stack uses " + parent.resolve("stack"));
    }
    StackDirectory.open(options).close();
  }

  @Test
  void shouldDeleteAThrowAwayDirectoryWhenClosed(@TempDir Path parent) {
    StackDirectory.open(new StackOptions(parent.resolve("stack"), false, false)).close();

    assertThat(parent).isEmptyDirectory();
  }

  @Test
  void shouldNotTakeADirectoryWithContentForThrowAway(@TempDir Path parent) throws Exception {
    Files.writeString(parent.resolve("letter.txt"), "keep me");

    assertThatThrownBy(() -> StackDirectory.open(new StackOptions(parent, false, false)))
        .isInstanceOf(StackException.class)
        .hasMessageContaining("not empty");
    assertThat(parent.resolve("letter.txt")).exists();
  }

  @Test
  void shouldDeleteOnlyAbandonedDirectories(@TempDir Path parent) throws Exception {
    Path abandoned = parent.resolve(StackOptions.TEMPORARY_PREFIX + "abandoned");
    StackDirectory.open(StackOptions.kept(abandoned)).close();
    age(abandoned);
    Path used = parent.resolve(StackOptions.TEMPORARY_PREFIX + "used");
    Path fresh = parent.resolve(StackOptions.TEMPORARY_PREFIX + "fresh");
    StackDirectory.open(StackOptions.kept(fresh)).close();
    try (StackDirectory open = StackDirectory.open(StackOptions.kept(used))) {
      age(used);

      AbandonedDirectories.delete(parent);

      assertThat(open.path("lock")).exists();
      assertThat(fresh).exists();
      assertThat(abandoned).doesNotExist();
    }
  }

  /** Else another JVM takes it for abandoned. */
  @Test
  void shouldKeepItsLockWhenThisJvmStartsAnotherStack(@TempDir Path parent) throws Exception {
    StackOptions options =
        StackOptions.kept(parent.resolve(StackOptions.TEMPORARY_PREFIX + "used"));
    try (StackDirectory open = StackDirectory.open(options)) {
      AbandonedDirectories.delete(parent);
      assertThatThrownBy(() -> StackDirectory.open(options)).isInstanceOf(StackException.class);

      assertThat(Path.of("/proc/locks"))
          .content()
          .contains(":" + Files.getAttribute(open.path("lock"), "unix:ino") + " ");
    }
  }

  private static void age(Path directory) throws Exception {
    Files.setLastModifiedTime(directory, FileTime.from(Instant.now().minus(Duration.ofHours(1))));
  }
}
