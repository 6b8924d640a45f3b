package dev.sessioncache.deploy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.localstack.Programs;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** The program {@code promtool} of Prometheus. */
final class Promtool {

  private static final String NAME = "promtool";

  private Promtool() {}

  /** Fails with what it says unless it says that all is right. */
  static void run(String... arguments) throws IOException, InterruptedException {
    Programs.need(Programs.isOnPath(NAME), "promtool is not on the PATH");
    List<String> command = new ArrayList<>(List.of(NAME));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
  }
}
