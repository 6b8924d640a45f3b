package dev.sessioncache.config;

import java.util.List;
import java.util.stream.Collectors;

/** The reference of all settings, generated from their records. */
public final class ConfigurationReference {
  private static final String HEAD =
      """
      # Configuration

      <!-- Generated from the settings records. Change those, then regenerate this file. -->

      A setting comes from the settings file (`--config`: `.properties`, `.yaml` or `.yml`), from the
      environment, or from the command line (`--set name=value`); the later one wins. A blank
      environment variable counts as not set. Unknown names, missing settings and invalid values stop
      the start, and all of them are reported at once.

      Put passwords into the environment or into a file: other users can read the command line. Any
      variable may have `_FILE` behind its name (`DATABASE_URL_FILE=/run/secrets/database-url`) and
      then names a file that holds the value, as Docker and Kubernetes hand secrets over; blanks and
      line ends around it are left out. A file that is missing, unreadable or empty, and a value
      that is given in both ways, stop the start. It is read once, at the start.

      Durations are written as `500ms`, `30s`, `5m`, `2h` or `1d`, or in ISO-8601 (`PT1M30S`). Items
      of a list are separated by commas.
      """;

  private ConfigurationReference() {}

  /** Markdown with one table per section, in the given order. */
  public static String markdown(List<Class<? extends Record>> sections) {
    return SectionDefinition.all(sections).stream()
        .map(ConfigurationReference::section)
        .collect(Collectors.joining("", HEAD, ""));
  }

  private static String section(SectionDefinition section) {
    String head =
        """

        ## %s

        %s

        | name | environment variable | default | rule | meaning |
        |---|---|---|---|---|
        """
            .formatted(section.section().value(), section.section().description().strip());
    return section.settings().stream()
        .map(ConfigurationReference::row)
        .collect(Collectors.joining("", head, ""));
  }

  private static String row(SettingDefinition setting) {
    return "| `%s` | `%s` | %s | %s | %s |\n"
        .formatted(
            setting.name(),
            setting.environmentVariable(),
            defaultOf(setting),
            cell(setting.rule()),
            cell(setting.setting().description()));
  }

  private static String defaultOf(SettingDefinition setting) {
    if (!setting.hasDefault()) {
      return setting.required() ? "required" : "none";
    }
    String value = setting.setting().defaultValue();
    return value.isEmpty() ? "empty" : "`" + cell(value) + "`";
  }

  private static String cell(String text) {
    return text.strip().replaceAll("\\s+", " ").replace("|", "\\|");
  }
}
