package dev.sessioncache.config;

import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The first words of the names of all settings. The programs share a file and an environment; each
 * one knows its own settings, and lets those of the others be.
 */
public final class SettingGroups {

  /** Of all sections of all programs. */
  public static final Set<String> ALL =
      Set.of(
          "database",
          "redis",
          "kafka",
          "tables",
          "session",
          "user",
          "cache",
          "document",
          "token",
          "lease",
          "guard",
          "keys",
          "lanes",
          "topics",
          "staleness",
          "keep",
          "capture",
          "project",
          "apply",
          "warm",
          "verify",
          "http",
          "log",
          "reader");

  private SettingGroups() {}

  /** Those that hold no setting of this program. */
  static Set<String> besides(Collection<SettingDefinition> own) {
    Set<String> ours =
        own.stream().map(setting -> group(setting.name())).collect(Collectors.toSet());
    return ALL.stream().filter(group -> !ours.contains(group)).collect(Collectors.toSet());
  }

  /** The group of a setting: {@code redis} of {@code redis.url}. */
  public static String group(String name) {
    return name.split("[.]", 2)[0];
  }
}
