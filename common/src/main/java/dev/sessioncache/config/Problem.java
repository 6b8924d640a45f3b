package dev.sessioncache.config;

import org.jspecify.annotations.Nullable;

/**
 * One reason why a configuration was refused.
 *
 * @param name the setting as its source spells it, or the title of a section
 * @param value the bad value, already redacted; null when there is none
 * @param rule what is wrong, or the rule that was broken
 * @param remedy what to do, as an imperative
 */
public record Problem(String name, @Nullable String value, String rule, String remedy) {

  /** One line: {@code name = value: rule; remedy}. */
  @Override
  public String toString() {
    String subject = value == null ? name : name + " = " + value;
    return subject + ": " + rule + "; " + remedy;
  }
}
