package dev.sessioncache.endtoend;

/**
 * A guarantee that did not hold.
 *
 * @param token of the session concerned; empty when it is about none
 */
record Violation(String guarantee, String token, String what) {

  @Override
  public String toString() {
    return "violated: %s%s: %s"
        .formatted(guarantee, token.isEmpty() ? "" : " for token " + token, what);
  }
}
