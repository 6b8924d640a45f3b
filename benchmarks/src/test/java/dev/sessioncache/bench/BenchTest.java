package dev.sessioncache.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.app.Completion;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

class BenchTest {

  private final StringWriter err = new StringWriter();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "weather | 'weather' is none of",
        "\"\" | Missing required parameter: 'AREA'",
        "warm --rounds 0 | --rounds must be at least 1",
        "warm --rounds x | 'x' is not an int",
        "warm --sizes 1000,0 | --sizes must be at least 1",
        "warm --sizes , | --sizes names no number",
        "warm --sizes 10,10 | --sizes names a number twice",
        "latency --seconds 0 | --seconds must be at least 1",
        "stream --debezium-server nowhere | there is no Debezium Server in 'nowhere'",
        "size --sizes 1000,2000 | size takes one number",
        "size --rounds 2 | size takes no --rounds",
        "read --seconds 5 | read takes no --seconds",
        "warm --debezium-server / | warm takes no --debezium-server",
        "page --rounds 3 | page takes no --rounds",
        "page --sizes 3 | page takes no --sizes",
        "page --keep | page takes no --keep",
        "page --json | page takes no --json"
      })
  void shouldRefuseWhatItCantUse(String arguments, String line) {
    assertThat(run(arguments.isEmpty() ? new String[0] : arguments.split(" "))).isEqualTo(2);
    assertThat(err.toString())
        .startsWith("warmer bench: ")
        .contains(line)
        .endsWith("; warmer bench --help lists the options" + System.lineSeparator())
        .hasLineCount(1);
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
        .allMatch(line -> line.contains(" --rounds"));
  }

  private int run(String... arguments) {
    return Bench.commandLine(new Bench()).setErr(new PrintWriter(err)).execute(arguments);
  }
}
