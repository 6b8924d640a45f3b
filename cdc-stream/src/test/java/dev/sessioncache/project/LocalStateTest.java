package dev.sessioncache.project;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sessioncache.command.OperationException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalStateTest {

  @Test
  void shouldMakeTheDirectoryAndLeaveNothingInIt(@TempDir Path directory) {
    Path state = directory.resolve("a").resolve("state");

    LocalState.require(state);

    assertThat(state).isEmptyDirectory();
  }

  @Test
  void shouldSayWhichDirectoryCannotBeUsed() {
    assertThatThrownBy(() -> LocalState.require(Path.of("/proc/none")))
        .isInstanceOf(OperationException.class)
        .hasMessage(
            "the state directory /proc/none can't be used: may we read and write there?"
                + " (project.state.dir)");
  }
}
