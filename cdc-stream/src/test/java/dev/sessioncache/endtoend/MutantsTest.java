package dev.sessioncache.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The mutants that the end-to-end test has to catch still fit what they change. */
class MutantsTest {

  private static final Path MUTANTS = Path.of("src", "test", "mutants").toAbsolutePath();

  static Stream<Path> patches() throws IOException {
    return Files.list(MUTANTS).filter(file -> file.toString().endsWith(".patch"));
  }

  @ParameterizedTest
  @MethodSource("patches")
  void shouldApply(Path patch) throws Exception {
    assumeTrue(Files.exists(Path.of("..", ".git")), "not a checkout");
    Process git =
        new ProcessBuilder("git", "apply", "--check", patch.toString())
            .directory(Path.of("..").toFile())
            .redirectErrorStream(true)
            .start();

    String said = new String(git.getInputStream().readAllBytes(), UTF_8);

    assertThat(git.waitFor()).as(said).isZero();
  }
}
