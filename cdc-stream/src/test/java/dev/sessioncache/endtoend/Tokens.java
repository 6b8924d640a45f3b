package dev.sessioncache.endtoend;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Every token that has ever been given to a session, told before it is: the reader looks at all of
 * them. Thread-safe.
 */
final class Tokens {

  private final List<String> hot = new CopyOnWriteArrayList<>();
  private final List<String> cold = new CopyOnWriteArrayList<>();

  void add(String token, boolean isHot) {
    (isHot ? hot : cold).add(token);
  }

  void addCold(List<String> tokens) {
    cold.addAll(tokens);
  }

  List<String> hot() {
    return hot;
  }

  List<String> cold() {
    return cold;
  }
}
