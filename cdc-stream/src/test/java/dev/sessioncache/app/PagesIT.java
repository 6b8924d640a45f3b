package dev.sessioncache.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * The commands that the pages show can be run beside a stream. Not here are those that do not end
 * by themselves, that need it stopped (see {@code LanesIT}, {@code ReplayIT}), a terminal, or
 * tokens (see {@code ValidateIT}).
 */
@ExtendWith(StackExtension.class)
@Timeout(300)
class PagesIT {

  private static final Set<String> ELSEWHERE =
      Set.of("up", "break", "bench", "stream", "completion", "validate");
  private static final Pattern NOT_BESIDE =
      Pattern.compile("--continuous|--change-to|--from changes|apply.group=|--target ");

  private final Path settings;
  private final Pipeline pipeline;

  PagesIT(Stack stack, @TempDir Path directory) throws SQLException {
    this.settings = directory.resolve("warmer.properties");
    this.pipeline = new Pipeline(stack, "pages_it", directory.resolve("state"));
  }

  @AfterEach
  void close() throws SQLException {
    pipeline.close();
  }

  @Test
  void shouldShowCommandsThatWork() throws IOException {
    pipeline.start();
    pipeline.user("ada", "admin");
    pipeline.session("s-1", "ada");
    pipeline.awaitCached("s-1");
    pipeline.awaitQuiet();
    Files.writeString(
        settings,
        pipeline.settings().entrySet().stream()
            .map(setting -> setting.getKey() + "=" + setting.getValue())
            .collect(Collectors.joining("\n")));
    List<String> commands =
        Pages.commands()
            .filter(command -> !ELSEWHERE.contains(command.split(" ")[0]))
            .filter(command -> !NOT_BESIDE.matcher(command).find())
            .toList();

    assertThat(commands).hasSizeGreaterThan(10).allSatisfy(this::assertWorks);
  }

  private void assertWorks(String command) {
    StringWriter said = new StringWriter();
    PrintWriter writer = new PrintWriter(said);
    CommandLine warmer = Completion.commands();
    warmer.setOut(writer).setErr(writer);
    warmer.setExecutionExceptionHandler(
        (e, failed, parsed) -> {
          e.printStackTrace(writer);
          return 1;
        });

    int exit = warmer.execute((command + " --config " + settings).split(" "));

    assertThat(exit).as("warmer %s:%n%s", command, said).isIn(0, 3);
  }
}
