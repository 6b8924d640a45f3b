package dev.sessioncache.config;

import io.smallrye.config.source.yaml.YamlConfigSource;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.regex.Pattern;

/** Reads a settings file into names and values. */
final class SettingsFile {
  private static final Pattern LIST_ITEM = Pattern.compile("(.*)\\[\\d+]");

  private SettingsFile() {}

  /**
   * @throws InvalidConfigurationException when the file cannot be read or parsed
   */
  static Map<String, String> read(Path file) {
    String name = file.toString().toLowerCase(Locale.ROOT);
    try {
      if (Files.notExists(file)) { // not one that may not be looked at
        throw new NoSuchFileException(file.toString());
      }
      if (name.endsWith(".properties")) {
        return properties(file);
      }
      if (name.endsWith(".yaml") || name.endsWith(".yml")) {
        return yaml(file);
      }
    } catch (NoSuchFileException e) {
      throw refusal(file, "the settings file does not exist", "correct the path", e);
    } catch (CharacterCodingException e) {
      throw refusal(file, "the settings file is not UTF-8", "save it as UTF-8", e);
    } catch (IOException e) {
      throw refusal(file, "the settings file cannot be read", "check its permissions", e);
    }
    String rule = "a settings file ends in .properties, .yaml or .yml";
    throw new InvalidConfigurationException(
        List.of(new Problem("settings file", file.toString(), rule, "rename it")));
  }

  private static Map<String, String> properties(Path file) throws IOException {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    } catch (IllegalArgumentException e) {
      throw refusal(file, "has a malformed \\u escape", "write the character itself", e);
    }
    Map<String, String> values = new HashMap<>();
    properties.stringPropertyNames().forEach(n -> values.put(n, properties.getProperty(n)));
    return values;
  }

  private static Map<String, String> yaml(Path file) throws IOException {
    Map<String, String> read;
    try {
      read = new YamlConfigSource(file.toString(), Files.readString(file)).getProperties();
    } catch (IOException | InvalidConfigurationException e) {
      throw e;
    } catch (RuntimeException e) { // SnakeYAML's own type; its message quotes the file
      throw refusal(file, "the settings file is not valid YAML", "check its indentation", e);
    }
    Map<String, String> values = new HashMap<>();
    read.forEach((name, value) -> values.put(name.replace("\"", ""), value));
    values.keySet().removeIf(name -> isItemOf(values, name));
    return values;
  }

  /** A list comes twice: whole, with commas, and item by item. */
  private static boolean isItemOf(Map<String, String> values, String name) {
    var item = LIST_ITEM.matcher(name);
    return item.matches() && values.containsKey(item.group(1));
  }

  private static InvalidConfigurationException refusal(
      Path file, String rule, String remedy, Exception cause) {
    var refusal =
        new InvalidConfigurationException(
            List.of(new Problem("settings file", file.toString(), rule, remedy)));
    refusal.initCause(cause);
    return refusal;
  }
}
