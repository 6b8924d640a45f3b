package dev.sessioncache.config;

import java.util.Set;

/**
 * The settings that are secrets as a whole, of all programs: each one knows its own sections only,
 * but a secret on a command line is seen whomever it is meant for.
 */
public final class SecretSettings {

  /** Those that {@link Setting#secret} marks, in all sections of all programs. */
  public static final Set<String> ALL = Set.of("kafka.password", "token.hash.key");

  private SecretSettings() {}

  /** Whether a setting holds a secret, as a whole or as the password of a URL. */
  public static boolean isIn(String name, String value) {
    return ALL.contains(name) || !Redaction.apply(value).equals(value);
  }
}
