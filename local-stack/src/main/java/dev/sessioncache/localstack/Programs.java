package dev.sessioncache.localstack;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * Programs of this machine that a test needs beside Java. Where one is missing the test is skipped;
 * not where {@code CI} is {@code true}: there it goes on, and fails.
 */
public final class Programs {

  private Programs() {}

  /**
   * Skips the test unless it can go on, or must.
   *
   * @param words what is missing
   */
  public static void need(boolean isThere, String words) {
    Assumptions.assumeTrue(isThere || Boolean.parseBoolean(System.getenv("CI")), words);
  }

  public static boolean isOnPath(String program) {
    return Stream.of(System.getenv("PATH").split(Pattern.quote(File.pathSeparator)))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
  }
}
