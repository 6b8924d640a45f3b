package dev.sessioncache.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BreakPartTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir private Path home = Path.of("");

  @Test
  void shouldAskTheRunThatIsThere() throws Exception {
    Path root = home.resolve(".warmer");
    try (DataDirectory directory = DataDirectory.open(root, false)) {
      assertThat(run("redis", "--for", "7", "--freeze")).isZero();

      assertThat(out).hasToString("redis will be frozen for 7 s\n");
      assertThat(Files.readString(directory.outages().resolve("redis"))).isEqualTo("freeze 7000");
    }
  }

  @Test
  void shouldFailWhenNothingRuns() throws IOException {
    assertThat(run("redis")).isEqualTo(1);

    assertThat(err.toString()).contains("no warmer up runs in", "--dir");
    assertThat(home).isEmptyDirectory();
  }

  @Test
  void shouldRefuseWhatItDoesNotKnow() {
    assertThat(run("oracle")).isEqualTo(2);
    assertThat(run()).isEqualTo(2);
    assertThat(run("redis", "--for", "0")).isEqualTo(2);

    assertThat(err.toString().lines()).hasSize(3).allMatch(line -> line.startsWith("warmer break"));
    assertThat(err.toString())
        .startsWith("warmer break: there is no part oracle: say postgres, kafka, redis or stream");
  }

  private int run(String... arguments) {
    return BreakPart.commandLine(new BreakPart(Map.of("WARMER_HOME", home.toString())))
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(arguments);
  }
}
