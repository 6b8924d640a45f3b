package dev.sessioncache.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Everything that people read: README, CONTRIBUTING and the pages below {@code docs}. */
final class Pages {

  static final Path ROOT = Path.of("..");
  static final Path DOCS = ROOT.resolve("docs");

  /**
   * A command of the launcher with its options, as words. In running text it stands between
   * backticks, in a block at the beginning of a line, behind variables perhaps.
   */
  private static final Pattern COMMAND =
      Pattern.compile(
          "(?:`|^ *|(?:[A-Z_]+=\\S+ )+|\")(?:\\./)?warmer ([a-z]+(?: +(?!\\|)[\\w./:=%-]+)*)",
          Pattern.MULTILINE);

  private Pages() {}

  static List<Path> all() {
    try (Stream<Path> docs = Files.walk(DOCS)) {
      return Stream.concat(
              Stream.of(ROOT.resolve("README.md"), ROOT.resolve("CONTRIBUTING.md")),
              docs.filter(page -> page.toString().endsWith(".md")).sorted())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String text(Path page) {
    try {
      return Files.readString(page);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Each command line once, without "warmer"; of a number that is left open, some. */
  static Stream<String> commands() {
    return all().stream()
        .flatMap(page -> COMMAND.matcher(text(page)).results())
        .map(match -> match.group(1).strip().replaceAll(" +", " "))
        .map(command -> command.replaceFirst("--change-to( N)?$", "--change-to 8"))
        .distinct()
        .sorted();
  }
}
