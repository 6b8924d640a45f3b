package dev.sessioncache.mapping;

import java.util.Optional;

/**
 * How tokens become Redis keys: hashed or not, then put into the template. Thread-safe.
 *
 * @param template what stands around
 * @param tokens what stands for a token
 */
public record SessionKeys(KeyTemplate template, TokenHash tokens) {

  /** Of the token as the application has it; empty when it can't be part of a key. */
  public Optional<String> ofToken(String token) {
    return template.key(tokens.of(token));
  }
}
