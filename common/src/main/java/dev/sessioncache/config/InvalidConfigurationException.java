package dev.sessioncache.config;

import java.util.List;
import java.util.stream.Collectors;

/** A configuration that was refused, with all of its problems. */
public final class InvalidConfigurationException extends RuntimeException {
  private final transient List<Problem> problems;

  public InvalidConfigurationException(List<Problem> problems) {
    super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
    this.problems = List.copyOf(problems);
  }

  /** At least one; in the order of the sections, then the unknown names. */
  public List<Problem> problems() {
    return problems;
  }
}
