package dev.sessioncache.config;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the environment says of the settings: the value in the setting's own variable, or the file
 * that holds it in the variable of that name with {@code _FILE} behind it, as Docker and Kubernetes
 * hand secrets over. Used by one thread.
 */
final class EnvironmentValues {

  private static final String FILE = "_FILE";

  /** Longer than any key or URL; a device would never end. */
  private static final int MOST_BYTES = 1024 * 1024;

  private final Map<String, String> environment;
  private final Map<String, String> values = new LinkedHashMap<>();
  private final List<Problem> problems = new ArrayList<>();

  /**
   * @throws InvalidConfigurationException when a file can't be used, with all those that can't; its
   *     messages hold nothing of what is in them
   */
  EnvironmentValues(Map<String, String> environment, Collection<SettingDefinition> settings) {
    this.environment = environment;
    settings.forEach(this::read);
    if (!problems.isEmpty()) {
      throw new InvalidConfigurationException(problems);
    }
  }

  /** The variable that names the file of a setting. */
  static String fileVariable(SettingDefinition setting) {
    return setting.environmentVariable() + FILE;
  }

  /** By the names of the settings. */
  Map<String, String> values() {
    return values;
  }

  /** The variable from which a setting that has a value here has it. */
  String variable(SettingDefinition setting) {
    return text(setting.environmentVariable()).isBlank()
        ? fileVariable(setting)
        : setting.environmentVariable();
  }

  private void read(SettingDefinition setting) {
    String value = text(setting.environmentVariable());
    String file = text(fileVariable(setting));
    if (file.isBlank()) {
      if (!value.isBlank()) {
        values.put(setting.name(), value);
      }
      return;
    }
    if (!value.isBlank()) {
      refuse(
          setting,
          setting.environmentVariable() + " is set too, and one may be older than the other",
          "unset one of them");
      return;
    }
    String content = content(setting, file);
    if (!content.isEmpty()) {
      values.put(setting.name(), content);
    }
  }

  private String content(SettingDefinition setting, String file) {
    try (InputStream in = Files.newInputStream(Path.of(file))) {
      byte[] bytes = in.readNBytes(MOST_BYTES + 1);
      String content = new String(bytes, UTF_8).strip();
      if (content.isEmpty() || bytes.length > MOST_BYTES) {
        refuse(setting, file + (content.isEmpty() ? " is empty" : " is too long"), "correct it");
        return "";
      }
      return content;
    } catch (IOException | InvalidPathException e) {
      boolean missing = e instanceof NoSuchFileException;
      refuse(
          setting,
          "the file " + file + (missing ? " does not exist" : " can't be read"),
          missing ? "correct the path" : "check its permissions");
      return "";
    }
  }

  private void refuse(SettingDefinition setting, String rule, String remedy) {
    problems.add(new Problem(fileVariable(setting), null, rule, remedy));
  }

  private String text(String variable) {
    return environment.getOrDefault(variable, "");
  }
}
