package dev.sessioncache.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A variable of the environment whose value may be in a file, which then the variable of that name
 * with {@code _FILE} behind it names: so Docker and Kubernetes hand secrets over.
 */
public final class FileVariable {

  private static final String FILE = "_FILE";

  /** Longer than any key or URL; a device would never end. */
  private static final int MOST_BYTES = 1024 * 1024;

  private FileVariable() {}

  /** The variable that names the file. */
  static String fileOf(String variable) {
    return variable + FILE;
  }

  /**
   * The value, blank when there is none; of a file without the blanks around it.
   *
   * @throws InvalidConfigurationException when there are both, or the file can't be used; its
   *     message holds nothing of what is in it
   */
  public static String value(Map<String, String> environment, String variable) {
    String value = environment.getOrDefault(variable, "");
    String file = environment.getOrDefault(fileOf(variable), "");
    if (file.isBlank()) {
      return value;
    }
    if (!value.isBlank()) {
      throw refusal(
          variable,
          variable + " is set too, and one may be older than the other",
          "unset one of them");
    }
    return content(variable, file);
  }

  private static String content(String variable, String file) {
    try (InputStream in = Files.newInputStream(Path.of(file))) {
      byte[] bytes = in.readNBytes(MOST_BYTES + 1);
      String content = new String(bytes, UTF_8).strip();
      if (content.isEmpty()) {
        throw refusal(variable, file + " is empty", "correct it");
      }
      if (bytes.length > MOST_BYTES) {
        throw refusal(variable, file + " is too long", "correct it");
      }
      return content;
    } catch (NoSuchFileException e) {
      throw refusal(variable, "the file " + file + " does not exist", "correct the path");
    } catch (IOException | InvalidPathException e) {
      throw refusal(variable, "the file " + file + " can't be read", "check its permissions");
    }
  }

  private static InvalidConfigurationException refusal(
      String variable, String rule, String remedy) {
    return new InvalidConfigurationException(
        List.of(new Problem(fileOf(variable), null, rule, remedy)));
  }
}
