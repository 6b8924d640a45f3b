package dev.sessioncache.warm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What {@code docs/warming.md} shows can be done as it stands there, and looks like that. */
@ExtendWith(StackExtension.class)
class WarmingPageIT {

  private static final Pattern COMMAND =
      Pattern.compile(
          "(?<=[\\s\"/])warmer (warm|estimate|stats)((?: +--?[\\w-]+(?:[ =][\\w.:%]+)?)*)");

  private final WarmServers servers;

  WarmingPageIT(Stack stack) throws SQLException {
    servers = new WarmServers(stack, "warming_page_it", 6);
    servers.tables.addLive("s", 2_000);
  }

  @AfterEach
  void close() throws SQLException {
    servers.close();
  }

  static Stream<List<String>> commands() throws IOException {
    return COMMAND
        .matcher(page())
        .results()
        .map(match -> List.of(match.group(1), match.group(2).strip()))
        .distinct();
  }

  @ParameterizedTest
  @MethodSource("commands")
  void shouldShowCommandsThatWork(List<String> command) {
    Callable<Integer> job =
        switch (command.get(0)) {
          case "warm" -> new WarmerBootstrap(servers.environment());
          case "estimate" -> new Estimate(servers.environment());
          default -> new Stats(servers.environment());
        };
    String[] options = command.get(1).isEmpty() ? new String[0] : command.get(1).split(" +");

    assertThat(WarmRun.of(job, options).exit()).isIn(0, 3);
  }

  @Test
  void shouldShowSomeCommands() throws IOException {
    assertThat(commands()).hasSizeGreaterThan(4);
  }

  @Test
  void shouldShowWhatTheCommandsPrint() throws IOException {
    String page = withoutFigures(page());

    assertThat(page)
        .contains(withoutFigures(servers.run(new Estimate(servers.environment())).out()));
    assertThat(page).contains(withoutFigures(servers.warm("--count", "auto").out()));
    assertThat(page).contains(withoutFigures(servers.run(new Stats(servers.environment())).out()));
  }

  /**
   * As GitHub's {@code shell: bash} runs a step. The gate lets the deploy go on with a cache that
   * is not as warm as hoped for, no other way.
   */
  @ParameterizedTest
  @CsvSource({"0, true", "3, true", "1, false", "2, false"})
  void shouldFailOpen(int exit, boolean goesOn) throws Exception {
    List<String> lines =
        Pattern.compile("command: \\[sh, -c, \"(.*)\"]|run: (.*PIPESTATUS.*)")
            .matcher(page())
            .results()
            .map(WarmingPageIT::group)
            .toList();
    assertThat(lines).hasSize(2);
    for (String line : lines) {
      String stubbed =
          line.replaceFirst("(\\./)?warmer warm [^|]*", "(exit " + exit + ") ")
              .replace("tee warm.json", "cat");
      Process shell = new ProcessBuilder(List.of("bash", "-eo", "pipefail", "-c", stubbed)).start();

      assertThat(shell.waitFor(WarmServers.TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isTrue();
      assertThat(shell.exitValue() == 0).as(line).isEqualTo(goesOn);
    }
  }

  private static String group(MatchResult match) {
    return match.group(1) == null ? match.group(2) : match.group(1);
  }

  private static String page() throws IOException {
    return Files.readString(Path.of("..", "docs", "warming.md"));
  }

  /** The form alone: digits and the space that goes with them. */
  private static String withoutFigures(String text) {
    return text.replaceAll("[\\d,.:TZ-]*\\d[\\d,.:TZ-]*", "N").replaceAll(" +", " ").strip();
  }
}
