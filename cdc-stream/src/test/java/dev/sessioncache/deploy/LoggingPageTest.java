package dev.sessioncache.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** docs/logging.md has every event that the programs log, and each call logs an event. */
class LoggingPageTest {

  private static final List<String> MODULES =
      List.of("common", "reader", "warmer-bootstrap", "cdc-stream");
  private static final Pattern CALL =
      Pattern.compile("\\blog\\s*\\.(error|warn|info|debug)\\(\\s*(.{0,80})");
  private static final Pattern EVENT = Pattern.compile("\"event=([a-z_0-9]+)[ \"].*");
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `([a-z_0-9]+)` \\| ([a-z, ]+) \\|");
  private static final Pattern NAMED = Pattern.compile("`event=([a-z_0-9]+)");

  @Test
  void shouldTellOfEveryEventAndOfNoOther() {
    Map<String, TreeSet<String>> logged = new TreeMap<>();
    for (MatchResult call : calls()) {
      var event = EVENT.matcher(call.group(2));
      assertThat(event.matches()).as("an event: %s", call.group()).isTrue();
      logged.computeIfAbsent(event.group(1), name -> new TreeSet<>()).add(call.group(1));
    }
    Map<String, TreeSet<String>> told = new TreeMap<>();
    ROW.matcher(DeployFiles.text(DeployFiles.ROOT.resolve("docs/logging.md")))
        .results()
        .forEach(row -> told.put(row.group(1), new TreeSet<>(List.of(row.group(2).split(", ")))));

    assertThat(told).isEqualTo(logged);
  }

  @Test
  void shouldBeNamedRightByTheOtherPages() {
    List<String> logged =
        calls().stream()
            .map(call -> EVENT.matcher(call.group(2)))
            .filter(event -> event.matches())
            .map(event -> event.group(1))
            .toList();

    assertThat(
            DeployFiles.files(DeployFiles.ROOT.resolve("docs"), ".md").stream()
                .flatMap(page -> NAMED.matcher(DeployFiles.text(page)).results())
                .map(found -> found.group(1))
                .filter(name -> !name.equals("name")))
        .isNotEmpty()
        .allSatisfy(name -> assertThat(logged).contains(name));
  }

  private static List<MatchResult> calls() {
    return MODULES.stream()
        .map(module -> DeployFiles.ROOT.resolve(module).resolve("src/main/java"))
        .flatMap(directory -> DeployFiles.files(directory, ".java").stream())
        .flatMap(LoggingPageTest::calls)
        .toList();
  }

  /** Not those in comments: an example is the application's. */
  private static Stream<MatchResult> calls(Path file) {
    String code = DeployFiles.text(file).replaceAll("(?m)^ *\\*.*$", "");
    return CALL.matcher(code).results();
  }
}
