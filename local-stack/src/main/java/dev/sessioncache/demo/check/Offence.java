package dev.sessioncache.demo.check;

import java.util.Locale;

/** What can be wrong with one session in the cache. */
public enum Offence {
  /** A live session of the budget has no value. */
  MISSING,
  /** The value is not the document that Postgres gives. */
  DIFFERENT,
  /** There is a value for a session that is not live, or that does not exist. */
  DEAD,
  /** The value never expires, or later than the lease or the session does. */
  WRONG_TTL;

  /** The offence in JSON and in text. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
