package dev.sessioncache.config;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/** Finds names that no record declares: most often a typing error that would else do nothing. */
final class UnknownNames {
  private final List<String> names;
  private final List<String> variables;

  private final Set<String> otherGroups;

  /**
   * @param otherGroups first words of names that belong to another program: the file and the
   *     environment, which programs share, may hold them
   */
  UnknownNames(Collection<SettingDefinition> known, Set<String> otherGroups) {
    this.otherGroups = otherGroups;
    names = known.stream().map(SettingDefinition::name).distinct().toList();
    variables =
        known.stream()
            .flatMap(
                setting ->
                    Stream.of(
                        setting.environmentVariable(),
                        FileVariable.fileOf(setting.environmentVariable())))
            .distinct()
            .toList();
  }

  List<Problem> find(Sources sources, Collection<String> fileNames) {
    List<Problem> problems = new ArrayList<>();
    unknown(fileNames.stream().filter(name -> !isOfOthers(name)), names)
        .forEach(name -> problems.add(problem(name, names, "in " + sources.file())));
    unknown(ourVariables(sources), variables)
        .forEach(name -> problems.add(problem(name, variables, "in the environment")));
    unknown(sources.flags().keySet().stream(), names)
        .forEach(name -> problems.add(problem(name, names, "on the command line")));
    return problems;
  }

  private Stream<String> ourVariables(Sources sources) {
    return sources.environment().keySet().stream()
        .filter(name -> name.startsWith(SettingDefinition.ENVIRONMENT_PREFIX))
        .filter(name -> !isOfOthers(name.substring(SettingDefinition.ENVIRONMENT_PREFIX.length())));
  }

  private boolean isOfOthers(String name) {
    return otherGroups.contains(name.toLowerCase(Locale.ROOT).split("[._]", 2)[0]);
  }

  private static Stream<String> unknown(Stream<String> given, List<String> known) {
    return given.filter(name -> !known.contains(name)).sorted();
  }

  private static Problem problem(String name, List<String> known, String where) {
    if (name.isBlank()) {
      return new Problem("'" + name + "'", null, "is no name (" + where + ")", "write NAME=VALUE");
    }
    String remedy =
        NearestName.of(name, known)
            .map(nearest -> "did you mean " + nearest + "?")
            .orElse("remove it");
    return new Problem(name, null, "is not a known setting (" + where + ")", remedy);
  }
}
