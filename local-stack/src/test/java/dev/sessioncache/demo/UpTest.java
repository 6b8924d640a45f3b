package dev.sessioncache.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UpTest {

  private static final Map<String, String> NOBODY =
      Map.of(
          "WARMER_HOME", "/nowhere",
          "DATABASE_URL", "postgres://user:secret@127.0.0.1:1/db",
          "REDIS_URL", "redis://:secret@127.0.0.1:1",
          "KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:1");

  private final Path directory;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  UpTest(@TempDir Path directory) {
    this.directory = directory;
  }

  @Test
  void shouldPrintExamplesWhenAskedForHelp() {
    assertThat(run(Map.of(), "--help")).isZero();
    assertThat(out.toString()).contains("Examples:", "--once --json", "Exit code:");
  }

  @Test
  void shouldEndWithTwoWhenAFlagIsUnknown() {
    assertThat(run(Map.of(), "--unknown")).isEqualTo(2);
    assertThat(err.toString()).contains("--unknown").hasLineCount(1);
  }

  @Test
  void shouldNameAllProblemsWhenSeveralFlagsAreWrong() {
    assertThat(run(Map.of(), "--rate", "0", "--count", "-1", "--json")).isEqualTo(2);
    assertThat(err.toString()).contains("--rate", "--count", "--once").hasLineCount(1);
  }

  @Test
  void shouldEndWithTwoWhenAFlagWouldBeNothing() {
    assertThat(run(NOBODY, "--seconds", "5")).isEqualTo(2);
    assertThat(err.toString()).contains("--seconds needs --once").hasLineCount(1);
  }

  @Test
  void shouldEndWithTwoWhenTheSessionsWouldFillADisk() {
    assertThat(run(NOBODY, "--sessions", "100000000")).isEqualTo(2);
    assertThat(err.toString()).contains("at most 10000000").hasLineCount(1);
  }

  @Test
  void shouldEndWithTwoWhenOnlySomeServersAreGiven() {
    assertThat(run(Map.of("REDIS_URL", "redis://h"))).isEqualTo(2);
    assertThat(err.toString()).contains("DATABASE_URL").hasLineCount(1);
  }

  @Test
  void shouldEndWithTwoWhenFreshMeetsServersOfTheUser() {
    assertThat(run(NOBODY, "--fresh")).isEqualTo(2);
    assertThat(err.toString()).contains("--fresh").hasLineCount(1);
  }

  @Test
  void shouldEndWithTwoWithoutTheSecretWhenAUrlIsMalformed() {
    Map<String, String> environment =
        Map.of(
            "DATABASE_URL", "postgres:/user:secret@h",
            "REDIS_URL", "redis://h",
            "KAFKA_BOOTSTRAP_SERVERS", "h:9092");

    assertThat(run(environment)).isEqualTo(2);
    assertThat(err.toString()).contains("DATABASE_URL").doesNotContain("secret").hasLineCount(1);
  }

  @Test
  void shouldEndWithOneWhenItsDirectoryCannotBeMade() {
    assertThat(run(NOBODY, "--quiet", "--dir", "/proc/none")).isEqualTo(1);
    assertThat(err.toString())
        .contains("/proc/none can't be used", "choose another directory with --dir")
        .hasLineCount(1);
  }

  @Test
  void shouldEndWithOneWhenPostgresIsNotThere() {
    assertThat(run(NOBODY, "--quiet", "--dir", directory.toString())).isEqualTo(1);
    assertThat(err.toString())
        .startsWith("warmer up: Postgres: ")
        .doesNotContain("secret")
        .hasLineCount(1);
  }

  @Test
  void shouldReportTheErrorAsJsonWhenAskedForJson() {
    assertThat(run(NOBODY, "--once", "--json", "--quiet", "--dir", directory.toString()))
        .isEqualTo(1);
    assertThat(out.toString()).startsWith("{\"ok\":false,\"error\":\"Postgres: ").hasLineCount(1);
  }

  private int run(Map<String, String> environment, String... arguments) {
    return Up.commandLine(environment, new StopSignal())
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(arguments);
  }
}
