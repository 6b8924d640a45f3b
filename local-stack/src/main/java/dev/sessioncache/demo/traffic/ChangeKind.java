package dev.sessioncache.demo.traffic;

import java.util.Locale;
import java.util.random.RandomGenerator;

/** What users and administrators do, and how often of a thousand times. */
public enum ChangeKind {
  /** A request: the session's last activity and its count move on. */
  ACTIVITY(800),
  /** A new session, of a user who has one already. */
  LOGIN(90),
  /** The session is deleted. */
  LOGOUT(40),
  /** The session stays, marked as revoked. */
  REVOCATION(30),
  /** The user gets another role, and with it every document of the user's sessions. */
  ROLE_CHANGE(35),
  /** The user is disabled, and with that every session of the user. */
  BAN(5);

  private static final int ALL = 1000;

  private final int weight;

  ChangeKind(int weight) {
    this.weight = weight;
  }

  static ChangeKind draw(RandomGenerator random) {
    int left = random.nextInt(ALL);
    for (ChangeKind kind : values()) {
      left -= kind.weight;
      if (left < 0) {
        return kind;
      }
    }
    throw new IllegalStateException("the weights must add up to " + ALL);
  }

  /** Whether the session that it is done to must leave the cache. */
  boolean ends() {
    return this == LOGOUT || this == REVOCATION || this == BAN;
  }

  /** The kind in JSON and in text. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
