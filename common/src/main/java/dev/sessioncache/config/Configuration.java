package dev.sessioncache.config;

import io.smallrye.config.ConfigValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The effective settings of a program. Immutable. */
public final class Configuration {
  private final Map<Class<?>, Record> records;
  private final String description;

  private Configuration(Map<Class<?>, Record> records, String description) {
    this.records = Map.copyOf(records);
    this.description = description;
  }

  /**
   * Reads the sections. Precedence: default, file, environment, flag.
   *
   * @param sections the records to fill
   * @param alsoKnown records of other programs that share the sources: their names are accepted,
   *     their values are not looked at
   * @throws InvalidConfigurationException with all problems: unknown names, missing settings,
   *     invalid values, and failed checks of the records
   */
  public static Configuration load(
      Sources sources,
      List<Class<? extends Record>> sections,
      List<Class<? extends Record>> alsoKnown) {
    List<SettingDefinition> settings = settings(SectionDefinition.all(sections));
    List<SettingDefinition> known =
        Stream.of(settings, settings(SectionDefinition.all(alsoKnown)))
            .flatMap(List::stream)
            .toList();
    return load(sources, sections, new UnknownNames(known, Set.of()));
  }

  /**
   * As {@link #load(Sources, List, List)}, of a program that does not have the sections of the
   * others: what the file and the environment hold of their {@link SettingGroups} is accepted.
   */
  public static Configuration loadShared(Sources sources, List<Class<? extends Record>> sections) {
    List<SettingDefinition> settings = settings(SectionDefinition.all(sections));
    return load(sources, sections, new UnknownNames(settings, SettingGroups.besides(settings)));
  }

  private static Configuration load(
      Sources sources, List<Class<? extends Record>> sections, UnknownNames unknown) {
    List<SectionDefinition> wanted = SectionDefinition.all(sections);
    List<SettingDefinition> settings = settings(wanted);
    SettingLayers layers = new SettingLayers(sources, settings);
    SectionReader reader = new SectionReader(layers);

    Map<Class<?>, Record> records = new LinkedHashMap<>();
    wanted.forEach(
        section -> reader.read(section).ifPresent(record -> records.put(section.type(), record)));

    List<Problem> problems = new ArrayList<>(reader.problems());
    problems.addAll(unknown.find(sources, layers.fileNames()));
    if (!problems.isEmpty()) {
      throw new InvalidConfigurationException(problems.stream().distinct().toList());
    }
    return new Configuration(records, describe(settings, layers));
  }

  /**
   * One section with its defaults, but for what is changed.
   *
   * @param changes by the names of docs/configuration.md
   * @throws InvalidConfigurationException with all problems
   */
  public static <R extends Record> R section(Class<R> section, Map<String, String> changes) {
    return load(new Sources(null, Map.of(), changes), List.of(section), List.of()).get(section);
  }

  private static List<SettingDefinition> settings(List<SectionDefinition> sections) {
    List<SettingDefinition> settings =
        sections.stream().flatMap(section -> section.settings().stream()).distinct().toList();
    if (settings.stream().map(SettingDefinition::name).distinct().count() < settings.size()) {
      throw new IllegalStateException("Two records declare one name differently: " + sections);
    }
    return settings;
  }

  /**
   * The settings of one feature.
   *
   * @throws IllegalArgumentException when the section was not loaded
   */
  public <R extends Record> R get(Class<R> section) {
    Record found = records.get(section);
    if (found == null) {
      throw new IllegalArgumentException(section.getName() + " is not among the loaded sections");
    }
    return section.cast(found);
  }

  /** The effective values, one {@code name = value (source)} per line, secrets redacted. */
  public String describe() {
    return description;
  }

  private static String describe(List<SettingDefinition> settings, SettingLayers layers) {
    return settings.stream()
        .map(setting -> line(setting, layers))
        .collect(Collectors.joining("\n"));
  }

  private static String line(SettingDefinition setting, SettingLayers layers) {
    ConfigValue value = layers.config().getConfigValue(setting.name());
    return value.getValue() == null
        ? setting.name() + " = (not set)"
        : "%s = %s (%s)"
            .formatted(
                setting.name(), setting.shown(value.getValue()), layers.source(setting, value));
  }
}
