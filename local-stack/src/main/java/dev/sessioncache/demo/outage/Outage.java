package dev.sessioncache.demo.outage;

import java.time.Duration;

/**
 * What is to be done to a part.
 *
 * @param freeze hang instead of die
 * @param lasting until it is mended
 */
public record Outage(boolean freeze, Duration lasting) {

  /** As it stands in a request. */
  String text() {
    return (freeze ? "freeze " : "kill ") + lasting.toMillis();
  }

  /**
   * Reads {@link #text()}.
   *
   * @throws IllegalArgumentException when it is none
   */
  static Outage of(String text) {
    String[] words = text.strip().split(" ");
    if (words.length != 2 || !(words[0].equals("freeze") || words[0].equals("kill"))) {
      throw new IllegalArgumentException("no outage");
    }
    return new Outage(words[0].equals("freeze"), Duration.ofMillis(Long.parseLong(words[1])));
  }
}
