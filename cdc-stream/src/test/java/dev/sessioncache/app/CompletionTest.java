package dev.sessioncache.app;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

class CompletionTest {

  /** As bash does it when TAB is pressed behind {@code warmer warm --max-c}. */
  private static final String ASK =
      """
      COMP_WORDS=(warmer %s); COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
      _complete_warmer; echo "${COMPREPLY[@]}"
      """;

  @TempDir private Path directory = Path.of("");

  @Test
  void shouldCompleteCommandsAndOptions() throws Exception {
    assertThat(completed("''"))
        .contains(
            "doctor",
            "warm",
            "estimate",
            "stats",
            "verify",
            "stream",
            "replay",
            "lanes",
            "up",
            "break",
            "bench");
    assertThat(completed("warm --max-c")).isEqualTo("--max-count");
    assertThat(completed("warm --incr")).isEqualTo("--incremental");
    assertThat(completed("estimate --win")).isEqualTo("--window");
    assertThat(completed("verify --cont")).isEqualTo("--continuous");
    assertThat(completed("stream --ro")).isEqualTo("--role");
    assertThat(completed("stream --role p")).isEqualTo("project");
    assertThat(completed("lanes --ch")).isEqualTo("--change-to");
    assertThat(completed("replay --keep")).isEqualTo("--keep-orphans");
    assertThat(completed("up --on")).isEqualTo("--once");
    assertThat(completed("break k")).isEqualTo("kafka");
    assertThat(completed("bench st")).isEqualTo("stream");
    assertThat(completed("bench si")).isEqualTo("size");
  }

  @Test
  void shouldListTheOptionsOfTheDemonstration() throws Exception {
    CommandSpec up =
        CommandSpec.forAnnotatedObjectLenient(Class.forName("dev.sessioncache.demo.UpOptions"));

    assertThat(up.options())
        .extracting(OptionSpec::longestName)
        .containsExactlyInAnyOrderElementsOf(Completion.OPTIONS_OF_UP);
    CommandSpec part =
        CommandSpec.forAnnotatedObjectLenient(Class.forName("dev.sessioncache.demo.BreakPart"));
    assertThat(part.options())
        .extracting(OptionSpec::longestName)
        .filteredOn(name -> !name.equals("--help"))
        .containsExactlyInAnyOrderElementsOf(Completion.OPTIONS_OF_BREAK);
  }

  private String completed(String words) throws Exception {
    StringWriter script = new StringWriter();
    new CommandLine(new Completion()).setOut(new PrintWriter(script, true)).execute();
    Path file = Files.writeString(directory.resolve("script"), script + ASK.formatted(words));
    Process bash = new ProcessBuilder("bash", file.toString()).start();
    String out = new String(bash.getInputStream().readAllBytes(), UTF_8);
    assertThat(bash.waitFor(10, TimeUnit.SECONDS)).isTrue();
    return out.strip();
  }
}
