package dev.sessioncache.deploy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The program {@code promtool} of Prometheus; the gate of CI must have it, others may. */
final class Promtool {

  private static final String NAME = "promtool";

  private Promtool() {}

  /** Fails with what it says unless it says that all is right. */
  static void run(String... arguments) throws IOException, InterruptedException {
    assumeTrue(
        Boolean.parseBoolean(System.getenv("CI")) || isInstalled(NAME),
        "promtool is not on the PATH");
    List<String> command = new ArrayList<>(List.of(NAME));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
  }

  static boolean isInstalled(String program) {
    return Stream.of(System.getenv("PATH").split(Pattern.quote(File.pathSeparator)))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
  }
}
