package dev.sessioncache.reader;

import dev.sessioncache.mapping.SessionKeys;
import java.util.Optional;

/**
 * A token that an application has been given.
 *
 * @param text for Postgres alone
 * @param name under which it is known in this process: what stands for it in its key. One that can
 *     be no part of a key is known by itself
 */
record Token(String text, String name, SessionKeys keys) {

  static Token of(String text, SessionKeys keys) {
    String hashed = keys.tokens().of(text);
    return new Token(text, hashed.isEmpty() ? text : hashed, keys);
  }

  /** Its Redis key, if it can be part of one. */
  Optional<String> key() {
    return keys.template().key(name);
  }

  /** Nothing of the token. */
  @Override
  public String toString() {
    return "a token";
  }
}
