package dev.sessioncache.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sessioncache.localstack.Stack;
import dev.sessioncache.localstack.StackExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What {@code docs/verify.md} shows can be done as it stands there, and looks like that. */
@ExtendWith(StackExtension.class)
class VerifyPageIT {

  private static final Pattern COMMAND =
      Pattern.compile("\\./warmer verify((?: +--?[\\w-]+(?:[ =][\\w.]+)?)*)");

  private final WarmedCache cache;

  VerifyPageIT(Stack stack) throws SQLException {
    cache = new WarmedCache(stack, "verify_page_it", 13, 500);
  }

  @AfterEach
  void close() throws SQLException {
    cache.close();
  }

  /** Without the one that does not end by itself. */
  static Stream<String> options() throws IOException {
    return COMMAND
        .matcher(page())
        .results()
        .map(match -> match.group(1).strip())
        .filter(options -> !options.contains("--continuous"))
        .distinct();
  }

  @ParameterizedTest
  @MethodSource("options")
  void shouldShowCommandsThatWork(String options) {
    String[] words = options.isEmpty() ? new String[0] : options.split(" +", -1);

    VerifyRun run = VerifyRun.of(cache.settings(), words);

    assertThat(run.exit()).as(run.err()).isZero();
    assertThat(run.out()).contains("100 % consistent");
  }

  @Test
  void shouldShowSomeCommands() throws IOException {
    assertThat(options()).hasSizeGreaterThan(4);
  }

  @Test
  void shouldShowWhatTheCommandPrints() throws Exception {
    List<String> keys = cache.keys(2);
    cache.redis.del(keys.get(0));

    String out = VerifyRun.of(cache.settings(), "--all", "--repair").out();

    assertThat(withoutFigures(page())).contains(withoutFigures(firstLines(out, 6)));
    assertThat(out).containsPattern("\n {10}missing, lane \\d, key [0-9a-f]{16}, repaired\n");
  }

  private static String firstLines(String text, int lines) {
    return text.lines().limit(lines).collect(Collectors.joining("\n"));
  }

  private static String page() throws IOException {
    return Files.readString(Path.of("..", "docs", "verify.md"));
  }

  /** The form alone: digits and the space that goes with them. */
  private static String withoutFigures(String text) {
    return text.replaceAll("[\\d,.]*\\d[\\d,.]*", "N").replaceAll(" +", " ").strip();
  }
}
