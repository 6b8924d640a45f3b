package dev.sessioncache.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.app.Completion;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

class BenchTest {

  private final StringWriter err = new StringWriter();

  @Test
  void shouldRefuseWhatItDoesNotKnow() {
    assertThat(run("weather")).isEqualTo(2);
    assertThat(run()).isEqualTo(2);
    assertThat(run("warm", "--rounds", "0")).isEqualTo(2);
    assertThat(run("warm", "--sizes", "1000,0")).isEqualTo(2);
    assertThat(run("latency", "--seconds", "0")).isEqualTo(2);
    assertThat(run("stream", "--debezium-server", "nowhere")).isEqualTo(2);
    assertThat(run("size", "--sizes", "1000,2000")).isEqualTo(2);
    assertThat(run("warm", "--sizes", ",")).isEqualTo(2);
    assertThat(run("warm", "--sizes", "10,10")).isEqualTo(2);
    assertThat(run("warm", "--rounds", "x")).isEqualTo(2);

    assertThat(err.toString().lines())
        .hasSize(10)
        .allMatch(line -> line.startsWith("warmer bench: "));
  }

  @Test
  void shouldBeCompletedByTheShell() {
    StringWriter script = new StringWriter();
    new CommandLine(new Completion()).setOut(new PrintWriter(script)).execute();
    String fromBench =
        script.toString().substring(script.toString().indexOf("function _picocli_warmer_bench"));
    String ofBench = fromBench.substring(0, fromBench.indexOf("\n}"));

    assertThat(Bench.commandLine(new Bench()).getCommandSpec().options())
        .extracting(OptionSpec::longestName)
        .filteredOn(name -> !name.equals("--help") && !name.equals("--version"))
        .allSatisfy(name -> assertThat(ofBench).containsPattern(name + "[ '\"]"));
    assertThat(Bench.Area.values())
        .allSatisfy(area -> assertThat(ofBench).contains("\"" + area.label() + "\""));
  }

  @Test
  void shouldKnowEachAreaByItsLabel() {
    for (Bench.Area area : Bench.Area.values()) {
      assertThat(run(area.label(), "--rounds", "0")).isEqualTo(2);
    }

    assertThat(err.toString().lines())
        .hasSameSizeAs(Bench.Area.values())
        .allMatch(line -> line.startsWith("warmer bench: --rounds "));
  }

  /** What would be ignored. */
  @ParameterizedTest
  @CsvSource({
    "size, --rounds, 2",
    "read, --seconds, 5",
    "warm, --debezium-server, /",
    "page, --rounds, 3",
    "page, --sizes, 3",
    "page, --keep,",
    "page, --json,"
  })
  void shouldRefuseWhatIsNothingForAnArea(String area, String option, @Nullable String value) {
    String[] arguments =
        Stream.of(area, option, value).filter(Objects::nonNull).toArray(String[]::new);

    assertThat(run(arguments)).isEqualTo(2);
    assertThat(err).hasToString("warmer bench: %s is nothing for %s%n".formatted(option, area));
  }

  private int run(String... arguments) {
    return Bench.commandLine(new Bench()).setErr(new PrintWriter(err)).execute(arguments);
  }
}
