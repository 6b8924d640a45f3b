package dev.sessioncache.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** Pages lead somewhere, and show commands that there are. */
class PagesTest {

  private static final Pattern LINK = Pattern.compile("]\\((?!https?:)([^)# ]*)(#[^)]*)?\\)");
  private static final Pattern HEADING = Pattern.compile("^#+ (.*)$", Pattern.MULTILINE);

  static Stream<String> commands() {
    return Pages.commands();
  }

  static Stream<Path> pages() {
    return Pages.all().stream();
  }

  @ParameterizedTest
  @MethodSource("commands")
  void shouldShowCommandsThatThereAre(String command) {
    CommandLine warmer = Completion.commands();

    warmer.parseArgs(command.split(" "));

    assertThat(command.split(" ")[0]).isIn(warmer.getSubcommands().keySet());
  }

  @Test
  void shouldFindTheCommands() {
    assertThat(commands())
        .contains("doctor", "verify --all", "lanes --change-to 8", "warm --count auto", "stream");
  }

  @ParameterizedTest
  @MethodSource("pages")
  void shouldHaveLinksThatLeadSomewhere(Path page) {
    List<String> dead = new ArrayList<>();
    for (MatchResult link : LINK.matcher(Pages.text(page)).results().toList()) {
      Path target = link.group(1).isEmpty() ? page : page.resolveSibling(link.group(1)).normalize();
      if (!Files.exists(target)) {
        dead.add(link.group());
      } else if (link.group(2) != null && !anchors(target).contains(link.group(2))) {
        dead.add(link.group());
      }
    }
    assertThat(dead).isEmpty();
  }

  @Test
  void shouldListEachPage() {
    String index = Pages.text(Pages.DOCS.resolve("README.md"));

    assertThat(pages().filter(page -> Pages.DOCS.equals(page.getParent())))
        .allSatisfy(
            page ->
                assertThat(index.contains("(" + page.getFileName() + ")"))
                    .as("%s is listed", page)
                    .isEqualTo(!page.endsWith("README.md")));
  }

  /** As GitHub makes them. */
  private static Set<String> anchors(Path page) {
    return HEADING
        .matcher(Pages.text(page))
        .results()
        .map(heading -> heading.group(1).toLowerCase(Locale.ROOT))
        .map(text -> "#" + text.replaceAll("[^\\w\\- ]", "").replace(' ', '-'))
        .collect(Collectors.toSet());
  }
}
